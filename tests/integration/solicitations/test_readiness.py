"""The readiness page: what is here, what is missing, who can sign, how long it takes, and what stands against an award."""

from __future__ import annotations

from datetime import timedelta

from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from solicitations.models.facts import RequiredDocument
from solicitations.queries.draft import draft
from solicitations.queries.readiness import missing, papers, time_needed
from tests.cast import Cast
from tests.factories.documents import document
from tests.factories.submissions import begin, fill, hand_in, open_solicitation


def test_the_page_says_what_is_here_what_is_missing_and_who_can_sign(
    cast: Cast, as_, django_assert_max_num_queries
) -> None:
    asked, day = open_solicitation(cast), clock.today()
    for kind in ("w9", "good_standing", "audit"):
        RequiredDocument.objects.create(solicitation=asked, kind=kind)
    document(cast.ben.actor, kind="w9", title="W-9")
    document(cast.ben.actor, kind="good_standing", title="Good standing", expires_on=day - timedelta(days=1))
    client = as_(cast.ben)
    client.get(f"/opportunities/{asked.pk}/get-ready/")
    with django_assert_max_num_queries(22):
        page = client.get(f"/opportunities/{asked.pk}/get-ready/")
    words = page.content.decode()
    assert page.status_code == 200
    assert words.count("Expired") >= 1 and "Missing" in words and "Alice Alpha" in words
    assert "Start your answer" in words and "Do you serve young people" in words
    assert "Start your answer" not in as_(cast.rita).get(f"/opportunities/{asked.pk}/get-ready/").content.decode()
    assert as_(cast.percy).get(f"/opportunities/{asked.pk}/get-ready/").status_code == 404


def test_a_bar_is_said_with_its_ground(cast: Cast, as_) -> None:
    asked = open_solicitation(cast)
    Hold.objects.create(
        organization=cast.alpha,
        effect="barred",
        ground="Debarred for false statements",
        citation="MCC 1-23-020",
        first_day=clock.today(),
    )
    assert b"Debarred for false statements" in as_(cast.alice).get(f"/opportunities/{asked.pk}/get-ready/").content


def test_papers_are_handed_in_from_the_vault_by_their_hash(cast: Cast) -> None:
    asked = open_solicitation(cast)
    RequiredDocument.objects.create(solicitation=asked, kind="board_list")
    RequiredDocument.objects.create(solicitation=asked, kind="audit", needed="before_award")
    proposal = fill(cast.ben, begin(cast.ben, asked))

    def lacking() -> list[str]:
        return [m.text for m in missing(draft(proposal), papers(asked.pk, cast.alpha.pk, clock.today()))]

    assert lacking() == ["Board list is not among your documents."]
    paper = document(cast.ben.actor, kind="board_list", title="Board")
    assert lacking() == []
    version = hand_in(cast.alice, proposal)
    version.submission = proposal
    from solicitations.queries.submission import snapshot_of

    part = next(p for p in snapshot_of(version)["parts"] if p["part"] == "document-board_list")
    assert part["files"][0]["sha256"] == paper.file.sha256


def test_insurance_is_asked_for_by_coverage_and_limit(cast: Cast, as_) -> None:
    asked, day = open_solicitation(cast), clock.today()
    wanted = [
        {"coverage": "general_liability", "limit_cents": 100_000_000},
        {"coverage": "automobile", "limit_cents": 50_000_000},
    ]
    RequiredDocument.objects.create(solicitation=asked, kind="insurance", coverages=wanted)
    proposal = fill(cast.ben, begin(cast.ben, asked))

    def lacking() -> list[str]:
        return [m.text for m in missing(draft(proposal), papers(asked.pk, cast.alpha.pk, clock.today()))]

    def certificate(coverage: str, cents: int, days: int) -> None:
        document(
            cast.ben.actor, kind="insurance", title=f"{coverage} {cents}", expires_on=day + timedelta(days=days),
            details={"coverage": coverage, "limit_cents": cents},
        )  # fmt: skip

    assert len(lacking()) == 2
    certificate("general_liability", 50_000_000, 300)
    certificate("automobile", 50_000_000, -2)
    general, auto = lacking()
    assert "at least $1,000,000" in general and "shows only $500,000" in general
    assert "Automobile liability" in auto and "has expired" in auto
    certificate("general_liability", 100_000_000, 5)
    certificate("automobile", 60_000_000, 5)
    assert lacking() == []
    page = as_(cast.ben).get(f"/opportunities/{asked.pk}/get-ready/").content.decode()
    assert "Automobile liability, at least $500,000 for each occurrence" in page
    version = hand_in(cast.alice, proposal)
    version.submission = proposal
    from solicitations.queries.submission import snapshot_of

    names = [p["part"] for p in snapshot_of(version)["parts"]]
    assert "document-insurance-general_liability" in names and "document-insurance-automobile" in names


def test_time_is_said_in_round_words() -> None:
    assert time_needed(10) == "about half an hour" and time_needed(60) == "about 1 hour"
    assert time_needed(150) == "about 2 and a half hours" and time_needed(600) == "about 10 hours"
