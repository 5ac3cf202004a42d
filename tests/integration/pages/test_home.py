"""Where each person begins, the search, the calendar, and whether the portal lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from procurement_portal.pages import health
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Membership
from procurement_portal.time.clock import today
from solicitations.models.solicitation import Solicitation
from tests.cast import Cast, Person
from tests.factories.clocks import make_absence, make_clock
from tests.factories.documents import document
from tests.factories.solicitations import at_noon, make_draft, make_published
from tests.factories.submissions import begin, open_solicitation

Sign = Callable[[Person], Client]


def test_the_public_sees_what_is_due_next_and_no_draft(cast: Cast, django_assert_max_num_queries) -> None:
    open_solicitation(cast, title="Senior meals")
    make_draft(cast, title="Still secret")
    client = Client()
    client.get(reverse("home"))
    with django_assert_max_num_queries(3):
        page = client.get(reverse("home"))
    text = page.content.decode()
    assert page.status_code == 200 and "Senior meals" in text and "Still secret" not in text


def test_a_person_without_a_body_is_told_how_to_begin(cast: Cast, as_: Sign) -> None:
    assert "You do not act for an organization yet" in as_(cast.charlie).get(reverse("home")).content.decode()


def test_an_organization_sees_what_is_expected_of_it_by_when(
    cast: Cast, as_: Sign, django_assert_max_num_queries
) -> None:
    for number in range(7):
        begin(cast.alice, open_solicitation(cast, title=f"Notice {number}", due_at=at_noon(10 + number)))
        document(cast.alice.actor, title=f"Paper {number}", expires_on=today() + timedelta(days=20 + number))
        make_clock(cast.alpha, rule=f"test.{number}", organization_id=cast.alpha.pk, what=f"Sign part {number}")
    begin(cast.bob, open_solicitation(cast, title="Of Beta alone"))
    client = as_(cast.alice)
    client.get(reverse("home"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("home"))
    text = page.content.decode()
    assert "Notice 0" in text and "Paper 0" in text and "Sign part 0" in text and "in 20 days" in text
    assert "Of Beta alone" not in text
    assert "Of Beta alone" in as_(cast.bob).get(reverse("home")).content.decode()


def test_an_organization_with_nothing_to_do_is_told_so(cast: Cast, as_: Sign) -> None:
    assert "Nothing is expected of you now" in as_(cast.alice).get(reverse("home")).content.decode()


def test_search_finds_notices_and_own_records_and_nothing_of_others(
    cast: Cast, as_: Sign, django_assert_max_num_queries
) -> None:
    make_published(cast, title="Violence victim services", number="FS-100")
    make_draft(cast, title="Victim services next year", number="FS-101")
    begin(cast.alice, open_solicitation(cast, title="Victim advocates", number="FS-102"))
    url = reverse("search")
    public = Client().get(url, {"q": "victim"}).content.decode()
    assert "Violence victim services" in public and "next year" not in public and "Our answers" not in public
    assert "next year" in as_(cast.dora).get(url, {"q": "victim"}).content.decode()
    assert "next year" not in as_(cast.cora).get(url, {"q": "victim"}).content.decode()
    assert "<h2>Our answers" in as_(cast.alice).get(url, {"q": "victim"}).content.decode()
    assert "<h2>Our answers" not in as_(cast.bob).get(url, {"q": "victim"}).content.decode()
    assert "FS-100" in Client().get(url, {"q": "FS-100"}).content.decode()
    assert "Nothing matches" in Client().get(url, {"q": "'); drop \x00 &|!"}).content.decode()
    client = Client()
    with django_assert_max_num_queries(4):
        client.get(url, {"q": "victim"})


def _first_of_next_month() -> object:
    return (today().replace(day=28) + timedelta(days=4)).replace(day=1)


def test_the_calendar_shows_the_month_with_collisions_and_absences(
    cast: Cast, as_: Sign, django_assert_max_num_queries
) -> None:
    first = _first_of_next_month()
    days = (first - today()).days  # type: ignore[operator]
    for number in range(2):
        make_published(
            cast, title=f"Due together {number}", due_at=at_noon(days + 9), questions_due_at=at_noon(days + 3)
        )
    make_published(
        cast, title="Of the County", department=cast.justice, drafted_by=cast.cora.user, due_at=at_noon(days + 9)
    )
    make_absence(cast.dora.user, cast.percy.user, cast.family, first=days + 8, last=days + 12)
    url, month = reverse("calendar"), f"{first:%Y-%m}"
    client = as_(cast.petra)
    client.get(url)
    with django_assert_max_num_queries(9):
        page = client.get(url, {"month": month}).content.decode()
    assert "2 solicitations are due on this day." in page
    assert "Dora Family is away; Percy Family stands in." in page
    assert "Of the County" not in page
    assert "Of the County" in as_(cast.cora).get(url, {"month": month}).content.decode()
    assert "Due together" not in client.get(url, {"month": month, "whose": "mine"}).content.decode()
    assert "Due together" in as_(cast.dora).get(url, {"month": month, "whose": "mine"}).content.decode()
    assert client.get(url, {"month": "2026-13"}).status_code == 404
    assert client.get(url, {"month": "9999-01"}).status_code == 404


def test_an_organizations_calendar_holds_what_it_answers(cast: Cast, as_: Sign) -> None:
    first = _first_of_next_month()
    days = (first - today()).days  # type: ignore[operator]
    begin(cast.alice, open_solicitation(cast, title="We answer this", due_at=at_noon(days + 5)))
    open_solicitation(cast, title="We do not", due_at=at_noon(days + 5))
    page = as_(cast.alice).get(reverse("calendar"), {"month": f"{first:%Y-%m}"}).content.decode()
    assert "We answer this" in page and "We do not" not in page


def test_the_calendar_of_a_chief_officer_covers_the_government(cast: Cast, as_: Sign) -> None:
    assert Solicitation.objects.count() == 0
    other = Department.objects.create(jurisdiction="city", code="LIB", name="Libraries")
    Membership.objects.create(user=cast.charlie.user, department=other, role="program_officer")
    first = _first_of_next_month()
    make_published(cast, title="Books", department=other, due_at=at_noon((first - today()).days + 5))  # type: ignore[operator]
    query = {"month": f"{first:%Y-%m}"}
    assert "Books" in as_(cast.cleo).get(reverse("calendar"), query).content.decode()
    assert "Books" not in as_(cast.dora).get(reverse("calendar"), query).content.decode()


def test_health_and_readiness_answer_machines(db: None, monkeypatch) -> None:
    client = Client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}
    monkeypatch.setattr(health, "_cache", lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["cache"])


def test_help_names_phone_and_hours(db: None, settings) -> None:
    page = Client().get(reverse("help")).content.decode()
    assert settings.HELP_PHONE in page and settings.HELP_HOURS in page
