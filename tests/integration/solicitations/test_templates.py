"""Templates: a published notice kept by the Chief Procurement Officer, listed, read, and begun from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procurement_portal.web.refusal import Invalid, Refused
from solicitations.actions import criterion as criteria
from solicitations.actions import template as templates
from solicitations.actions.criteria_library import load_seed, new_edition
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.solicitation import Solicitation
from solicitations.queries.version import fingerprint, snapshot
from tests.cast import Cast, Person
from tests.factories.solicitations import make_draft, make_published

SignIn = Callable[[Person], Client]


def url(name: str, *args: Any) -> str:
    return reverse(f"solicitations:{name}", args=args)


def kept(cast: Cast, source: Solicitation, code: str = "summer-jobs") -> LibraryItem:
    return templates.keep_as_template(
        actor=cast.cleo.actor,
        solicitation_id=source.pk,
        code=code,
        title="Summer jobs",
        guidance="Each year in January.",
    )


def test_a_published_notice_is_kept_listed_read_and_begun_from_by_plain_forms(cast: Cast, as_: SignIn) -> None:
    source = make_published(cast)
    cleo, dora = as_(cast.cleo), as_(cast.dora)
    assert url("template-keep", source.number) in cleo.get(url("plan", source.number)).content.decode()
    page = cleo.get(url("template-keep", source.number)).content.decode()
    assert "Number, dates and estimate are not" in page and 'value="summer-jobs-for-young-people"' in page
    given = {"code": "summer-jobs", "title": "Summer jobs", "guidance": "Each year in January."}
    assert cleo.post(url("template-keep", source.number), given).status_code == 303
    item = LibraryItem.objects.get(kind="template")
    assert url("template", item.pk) in dora.get(url("plan-library")).content.decode()
    shown = dora.get(url("template", item.pk)).content.decode()
    assert "Each year in January." in shown and url("plan-from-template", item.pk) in shown
    begun = dora.post(
        url("plan-from-template", item.pk), {"title": "Winter jobs", "service_category": "youth_employment"}
    )
    assert begun.status_code == 303
    row = Solicitation.objects.get(title="Winter jobs")
    was, now = snapshot(source), snapshot(row)
    for part in ("areas", "funding", "documents", "criteria", "sections", "questions"):
        assert now[part] == was[part], part
    assert row.due_at is None and row.scope_trace is not None


def test_whoever_may_not_keep_templates_finds_no_way_to_do_it(cast: Cast, as_: SignIn) -> None:
    source = make_published(cast)
    dora = as_(cast.dora)
    assert "keep-as-template" not in dora.get(url("plan", source.number)).content.decode()
    assert dora.get(url("template-keep", source.number)).status_code in (403, 404)
    with pytest.raises(Refused):
        templates.keep_as_template(actor=cast.dora.actor, solicitation_id=source.pk, code="x", title="X", guidance="")
    assert not LibraryItem.objects.exists()


def test_a_draft_and_another_government_s_notice_become_no_template(cast: Cast) -> None:
    with pytest.raises(Refused, match="published"):
        kept(cast, make_draft(cast))
    with pytest.raises(Refused, match="other government"):
        kept(cast, make_published(cast, department=cast.justice))


def test_keeping_under_the_same_short_name_makes_the_next_edition(cast: Cast) -> None:
    first, second = kept(cast, make_published(cast)), kept(cast, make_published(cast))
    first.refresh_from_db()
    assert (second.edition, second.retired_at) == (2, None) and first.retired_at is not None


def test_a_template_never_takes_the_short_name_of_a_criterion(cast: Cast, as_: SignIn) -> None:
    load_seed(actor=cast.cleo.actor)
    source = make_published(cast)
    with pytest.raises(Invalid, match="short name"):
        kept(cast, source, code="reasonable-cost")
    answer = as_(cast.cleo).post(
        url("template-keep", source.number), {"code": "reasonable-cost", "title": "T", "guidance": ""}
    )
    assert answer.status_code == 422 and "Another item has this short name" in answer.content.decode()
    assert LibraryItem.objects.get(code="reasonable-cost").retired_at is None


def test_a_later_edition_of_a_shared_criterion_stays_shared(cast: Cast) -> None:
    load_seed(actor=cast.cleo.actor)
    item = LibraryItem.objects.get(code="reasonable-cost")
    later = new_edition(
        actor=cast.cleo.actor, code=item.code, kind=item.kind, jurisdiction="city", title=item.title, guidance="",
        body=item.body, expected=item.expected,
    )  # fmt: skip
    assert (later.edition, later.jurisdiction) == (2, "")


def test_a_draft_from_a_template_keeps_its_library_criteria_and_their_departures(cast: Cast) -> None:
    load_seed(actor=cast.cleo.actor)
    item = LibraryItem.objects.get(code="cultural-competence-and-place")
    source = make_published(cast)
    Solicitation.objects.filter(pk=source.pk).update(status="draft")
    mine = {"actor": cast.dora.actor, "solicitation_id": source.pk}
    taken = criteria.add_from_library(**mine, item_id=item.pk, weight=Decimal(20))
    criteria.change(
        **mine, criterion_id=taken.pk, version=fingerprint(criteria.criterion_values(taken)),
        given={"description": "Only by letters of support."}, departure_reason="The grant asks so.",
    )  # fmt: skip
    Solicitation.objects.filter(pk=source.pk).update(status="published")
    row = templates.begin_from_template(
        actor=cast.dora.actor, item_id=kept(cast, source).pk, title="Again", service_category="youth_employment"
    )
    assert row.criteria.get(name=item.title).citywide_item_id == item.pk
    departure = Departure.objects.get(solicitation=row)
    assert (departure.item_id, departure.reason) == (item.pk, "The grant asks so.")


def test_staff_copies_any_published_notice_from_its_public_page_and_the_public_does_not(
    cast: Cast, as_: SignIn, client: Client
) -> None:
    source = make_published(cast)
    page, copy = url("notice", source.pk), url("plan-copy", source.pk)
    assert copy in as_(cast.cora).get(page).content.decode()
    assert copy not in client.get(page).content.decode()
    assert copy not in as_(cast.alice).get(page).content.decode()
