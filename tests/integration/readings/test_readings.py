"""Readings: in force by day, decided by the competent officer alone, signed, dated, never backdated or changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse

from procurement_portal.history.models import Entry
from procurement_portal.law.book import current_book
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Membership
from procurement_portal.readings import matters, queries, register
from procurement_portal.readings.actions import decide
from procurement_portal.readings.models import Decision
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Invalid, Refused
from tests.cast import Cast, Person

CITY = "city.scope.delegate_funding"
COUNTY_CERTIFICATION = "county.vbe.control"
COUNTY_PROCUREMENT = "county.tie"
POLICY = "portal.broken_answer_days"


def _decide(who: Person, key: str = CITY, value: object = "majority", **given: object) -> Decision:
    facts = {"from_day": today(), "reason": "The board asked.", "signed_name": who.user.name, **given}
    return decide(actor=who.actor, key=key, value=value, **facts)  # type: ignore[arg-type]


def test_without_decisions_rules_take_their_defaults(cast: Cast) -> None:
    assert queries.in_force(today()) == {}
    assert queries.chosen(CITY, today()) == "fully"
    assert queries.number(POLICY, today()) == 1


def test_a_decision_counts_from_its_day_and_the_later_signed_wins(cast: Cast) -> None:
    day = today()
    _decide(cast.orla, from_day=day + timedelta(days=10), value="any_grant_dollar")
    assert queries.in_force(day + timedelta(days=9)) == {}
    assert queries.in_force(day + timedelta(days=10)) == {CITY: "any_grant_dollar"}
    _decide(cast.orla, from_day=day)
    assert queries.in_force(day) == {CITY: "majority"}
    assert queries.in_force(day + timedelta(days=10)) == {CITY: "any_grant_dollar"}
    _decide(cast.orla, from_day=day + timedelta(days=10), value="fully")
    assert queries.in_force(day + timedelta(days=10)) == {CITY: "fully"}
    assert queries.history(CITY).count() == 3


def test_a_choice_comes_back_as_the_register_lists_it(cast: Cast) -> None:
    _decide(cast.orla, "city.scope.financial_overrides", "false")
    assert queries.in_force(today())["city.scope.financial_overrides"] is False


def test_what_is_in_force_is_one_query(cast: Cast, django_assert_num_queries) -> None:
    for key, question in list(current_book().questions.items())[:20]:
        if question.officer == "city_contract_compliance_officer":
            _decide(cast.orla, key, question.default)
    day = today()
    with django_assert_num_queries(1):
        assert len(queries.in_force(day)) > 10


@pytest.mark.parametrize(
    ("key", "value", "competent"),
    [(CITY, "fully", {"orla"}), (COUNTY_CERTIFICATION, "at_least_one", {"dina"}), (COUNTY_PROCUREMENT, "lot", {"carla"}),
     (POLICY, 3, {"pat"})],
)  # fmt: skip
def test_only_the_competent_officer_decides(cast: Cast, key: str, value: object, competent: set[str]) -> None:
    # Cleo holds the same office for the City; the County's question is Carla's.
    carla = _county_chief(cast)
    for name, person in {**cast.everybody(), "carla": carla}.items():
        if name in competent:
            assert _decide(person, key, value).signed_by_id == person.user.pk
        else:
            with pytest.raises(Refused):
                _decide(person, key, value)
    assert Entry.objects.get(act="readings.decide").why == "The board asked."


def _county_chief(cast: Cast) -> Person:
    from procurement_portal.people.models.user import User

    county = Department.objects.create(jurisdiction="county", code="OCPO", name="Office of Procurement")
    user = User.objects.create(email="carla@example.org", name="Carla County", password="!")
    Membership.objects.create(user=user, department=county, role="chief_procurement_officer")
    return Person(user, f"department:{county.pk}")


def test_a_decision_is_refused_in_words_at_each_field(cast: Cast) -> None:
    with pytest.raises(Invalid) as wrong:
        _decide(cast.orla, value="often", from_day=today() - timedelta(days=1), reason=" ", signed_name="Somebody Else")
    assert set(wrong.value.problems) == {"value", "from_day", "reason", "signed_name"}
    with pytest.raises(Invalid):
        _decide(cast.pat, POLICY, 11)


def test_the_database_keeps_decisions_as_signed(cast: Cast) -> None:
    row = _decide(cast.orla)
    for attempt in (lambda: Decision.objects.filter(pk=row.pk).update(value="fully"), row.delete):
        with pytest.raises(InternalError), transaction.atomic():
            attempt()
    with pytest.raises(IntegrityError, match="readings_never_backdated"), transaction.atomic():
        Decision.objects.create(
            key=CITY, value="fully", from_day=today() - timedelta(days=1), reason="x", signed_name="x",
            signed_by=cast.orla.user, signed_as="x",
        )  # fmt: skip


def test_every_question_of_the_register_has_a_competent_officer() -> None:
    for topic in register.topics().values():
        assert register.officer_of(topic).label


def test_the_officer_decides_on_the_page_and_others_only_read(cast: Cast, as_: Callable[[Person], Client]) -> None:
    url = reverse("readings:reading", args=[CITY])
    day = today()
    given = {
        "value": "majority", "from_day_month": day.month, "from_day_day": day.day, "from_day_year": day.year,
        "reason": "After hearing the agencies.", "signed_name": cast.orla.user.name,
    }  # fmt: skip
    officer = as_(cast.orla)
    assert "Sign this decision" in officer.get(url).content.decode()
    assert officer.post(url, {**given, "signed_name": "Nobody"}).status_code == 422
    assert officer.post(url, given, follow=True).status_code == 200
    assert queries.in_force(day) == {CITY: "majority"}
    reader = as_(cast.dora)
    page = reader.get(url).content.decode()
    assert "After hearing the agencies." in page and "Sign this decision" not in page
    assert reader.post(url, given).status_code == 403
    assert as_(cast.alice).get(url).status_code == 404
    assert reader.get(reverse("readings:reading", args=["no.such"])).status_code == 404


def test_the_list_shows_every_topic_in_few_queries(
    cast: Cast, as_: Callable[[Person], Client], django_assert_max_num_queries
) -> None:
    for key in list(current_book().questions)[:25]:
        question = current_book().questions[key]
        if question.officer == "city_contract_compliance_officer":
            _decide(cast.orla, key, question.default)
    client = as_(cast.orla)
    client.get(reverse("readings:list"))
    with django_assert_max_num_queries(10):
        page = client.get(reverse("readings:list"))
    text = page.content.decode()
    assert text.count('class="p-work"') == len(register.topics())
    headings = [text.index(f"<h2>{label}</h2>") for label in matters.GOVERNMENTS.values()]
    assert headings == sorted(headings), "by government, in their order"
    assert client.get(reverse("readings:list"), {"q": "tie"}).status_code == 200
