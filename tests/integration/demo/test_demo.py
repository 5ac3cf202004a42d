"""The demo as `up` loads it: complete, true to its word, and refused where it does not belong."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from procurement_portal.documents import storage
from procurement_portal.history import chain
from procurement_portal.management.demo import listing
from procurement_portal.management.demo.load import NotHere, load
from procurement_portal.management.demo.reading import STORIES, notices
from procurement_portal.management.demo.stage import Stage
from procurement_portal.people.roles import ROLES
from procurement_portal.time import clock


def rows(name: str) -> Any:
    """All rows of a model by "app.Name"."""
    return apps.get_model(name).objects.all()


def test_departments_organizations_notices_and_proposals_are_as_many_as_promised(stage: Stage) -> None:
    assert rows("people.Department").count() >= 3
    assert rows("people.Organization").count() == 14
    assert rows("solicitations.Solicitation").count() == len(notices()) == 16
    assert rows("solicitations.Submission").count() == 41
    kinds = Counter(rows("people.Organization").values_list("kind", flat=True))
    assert kinds["fiscal_sponsor"] == 1 and kinds["joint_venture"] == 1 and kinds["business"] == 2


def test_every_role_is_somebody_s(stage: Stage) -> None:
    held = set(rows("people.Membership").filter(ended_at=None).values_list("role", flat=True))
    assert held == set(ROLES)


def test_every_state_a_notice_can_be_in_is_there(stage: Stage) -> None:
    states = Counter(rows("solicitations.Solicitation").values_list("status", flat=True))
    assert states == {
        "draft": 2, "in_review": 1, "published": 6, "closed": 1, "canceled": 1, "under_evaluation": 1, "recommended": 1,
        "awarded": 2, "closed_without_award": 1,
    }  # fmt: skip


def test_every_state_a_proposal_can_be_in_is_there(stage: Stage) -> None:
    states = Counter(rows("solicitations.Submission").values_list("status", flat=True))
    assert states == {"draft": 8, "submitted": 31, "withdrawn": 1, "late": 1}
    assert rows("solicitations.SubmittedVersion").filter(in_advance=True).count() == 1
    assert rows("solicitations.AdvanceConsent").filter(used_at=None, revoked_at=None).count() == 1
    assert rows("solicitations.LateEvidence").exists()
    assert rows("solicitations.Partner").filter(declined_at__isnull=False).count() == 1
    assert rows("solicitations.PartnerConsent").count() == 2


def test_one_draft_has_problems_and_the_other_has_none(stage: Stage) -> None:
    from solicitations.queries.drafting import found_problems

    assert len(found_problems(stage.things["story:interpreters"].row)) >= 5
    assert found_problems(stage.things["story:markets"].row) == []


def test_the_funding_decides_whether_the_city_s_program_applies(stage: Stage) -> None:
    answers = {
        word: stage.things[f"story:{word}"].row.scope_trace.answer for word in ("meals", "arts", "shelter", "cleaning")
    }
    assert not answers["meals"]["in_scope"]  # grants alone, passed through
    assert answers["arts"]["in_scope"] and not answers["arts"]["pending_decision"]  # the City's own money
    assert answers["shelter"]["pending_decision"]  # mixed
    assert answers["cleaning"]["reason"] == "contract"


def test_what_is_due_lies_on_business_days_around_today(stage: Stage) -> None:
    tomorrow = stage.things["story:victims"].row
    assert tomorrow.due_at.astimezone(clock.CHICAGO).date() == stage.day(1)
    for row in rows("solicitations.Solicitation").exclude(status="draft"):
        calendar = stage._calendars[row.department.jurisdiction]
        assert calendar.is_business_day(row.due_at.astimezone(clock.CHICAGO).date()), row
    late = rows("history.Entry").filter(at__gt=clock.now())
    assert not late.exists()


def test_acts_carry_the_times_at_which_they_would_have_happened(stage: Stage) -> None:
    row = stage.things["story:youth"].row
    acts = rows("history.Entry").filter(subject_type="solicitations.solicitation", subject_id=str(row.pk))
    published = acts.get(act="solicitation.publish")
    assert published.at.astimezone(clock.CHICAGO).date() == row.advertised_on == stage.day(-23)
    assert published.actor_label == "Grace Okafor"


def test_the_addendum_moved_the_date_and_touched_one_question(stage: Stage) -> None:
    row = stage.things["story:youth"].row
    assert row.due_at == stage.instant(12, 16)
    assert row.addenda.get().touches.count() == 1
    unconfirmed = rows("solicitations.Answer").filter(
        submission__solicitation=row, submission__status="submitted", confirmed_revision=1, question__revision=2
    )
    assert unconfirmed.count() == 3


def test_every_paper_is_a_real_pdf(stage: Stage) -> None:
    files = list(rows("documents.File"))
    assert len(files) > 60
    assert {file.state for file in files} == {"released"}
    for file in files:
        with storage.reading(file) as source, pikepdf.open(io.BytesIO(source.read())) as pdf:
            assert len(pdf.pages) >= 1 and str(pdf.docinfo["/Title"])
    today = clock.today()
    expiries = list(rows("documents.Document").filter(expires_on__isnull=False).values_list("expires_on", flat=True))
    assert any(day < today for day in expiries)
    assert any(today < day < today + timedelta(days=30) for day in expiries)


def test_the_clock_is_back_and_history_is_whole(stage: Stage) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT shift FROM portal_time_offset")
        assert cursor.fetchone()[0] == timedelta(0)
    assert chain.seal() > 500
    report = chain.verify()
    assert report.whole, report.faults
    assert report.tail == 0


def test_the_register_shows_an_invented_file_with_the_faults_of_the_real_one(stage: Stage) -> None:
    taken = rows("solicitations.RegisterImport").get()
    assert (taken.rows_read, taken.rows_rejected) == (190, 2)
    contracts = rows("solicitations.RegisterContract")
    assert contracts.count() == 96 and contracts.filter(revisions__gt=1).count() > 20
    assert (
        contracts.filter(contract_type="DELEGATE AGENCY").count() > 50 and contracts.filter(contract_type="").exists()
    )
    amounts = rows("solicitations.RegisterRow")
    assert amounts.filter(amount__lt=0).exists() and amounts.filter(amount=0).exists()
    assert rows("solicitations.VendorMerge").filter(decision="open").count() >= 2


def test_a_batch_of_renewals_has_every_outcome_and_the_end_of_a_term_is_asked_about(stage: Stage) -> None:
    from solicitations.queries.renewal import stage as where

    items = rows("solicitations.RenewalItem").select_related("amendment")
    assert Counter(where(item) for item in items) == {
        "in_force": 1, "in_signature": 1, "asked": 1, "sent": 1, "dropped": 1, "draft": 1,
    }  # fmt: skip
    assert rows("solicitations.RenewalOffer").count() == 6  # one was sent twice
    assert rows("solicitations.EndDecision").count() == 1
    asked = rows("clocks.Clock").filter(rule="solicitations.renewal_start")
    assert Counter(asked.values_list("outcome", flat=True)) == {"": 7, "drafted": 2, "let_end": 1}


def test_teams_talk_about_their_answers_and_nobody_of_the_agency_takes_part(stage: Stage) -> None:
    posts = rows("notifications.Post")
    assert posts.count() == 10 and set(posts.values_list("thread__subject_type", flat=True)) == {
        "solicitations.submission"
    }
    assert not posts.filter(author__memberships__department__isnull=False).exists()


def test_a_template_can_be_begun_from(stage: Stage) -> None:
    assert rows("solicitations.LibraryItem").get(kind="template").code == "youth-employment"


def test_no_work_of_the_background_failed(stage: Stage) -> None:
    left = rows("outbox.Intent").filter(done_at=None, due_at__lte=clock.now())
    assert [(intent.task, intent.last_error) for intent in left] == []


def test_a_second_load_is_refused_and_changes_nothing(stage: Stage) -> None:
    before = rows("history.Entry").count()
    with pytest.raises(NotHere, match="loaded already"):
        load()
    with pytest.raises(CommandError, match="loaded already"):
        call_command("demo")
    assert rows("history.Entry").count() == before


def test_outside_demo_and_test_mode_nothing_is_told(stage: Stage, settings: Any) -> None:
    settings.DEMO = settings.TESTING = False
    for options in ({"json": True}, {"people": True}, {"code": "walter.nowak@dps.chicago.example"}, {}):
        with pytest.raises(CommandError, match="demo mode"):
            call_command("demo", **options)


def test_the_people_are_listed_with_what_signing_in_needs(stage: Stage) -> None:
    out = io.StringIO()
    call_command("demo", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert set(told[0]) == {"name", "email", "password", "totp_secret", "role", "organization"}
    staff = [person for person in told if person["email"].endswith((".chicago.example", ".cook.example"))]
    assert all(person["totp_secret"] for person in staff)
    assert any(not person["totp_secret"] for person in told)
    user = apps.get_model("people", "User").objects.get(email=told[0]["email"])
    assert user.check_password(told[0]["password"])
    assert re.fullmatch(r"\d{6}", listing.code(told[0]["email"]))
    assert "Tanya Merriweather" in listing.table()


def test_proposals_are_ciphertext_and_no_shelter_has_an_address(stage: Stage) -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in STORIES.glob("*.yaml"))
    street = re.compile(
        r"\b\d{1,5} (?:[NSEW]\.? |North |South |East |West )?[A-Z]\w+ (?:St|Street|Ave|Avenue|Rd|Road|Blvd|Pl)\b"
    )
    assert street.search("It is at 1234 West Ogden Avenue.")
    assert not street.search(told)
    assert not rows("people.Profile").exclude(street="").exists()
    answer = rows("solicitations.Answer").first()
    assert b"Monday" not in bytes(answer.ciphertext)
