"""What the public finds: one query for the rows of a page, whatever the filters, at 4 rows as at 100,000."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import PortalNow, chicago
from solicitations.models.facts import ServiceArea
from solicitations.models.solicitation import Solicitation
from solicitations.states import PUBLIC_STATES, SolicitationState

# What a phase of the list holds, in the words of the filter.
PHASES: dict[str, tuple[SolicitationState, ...]] = {
    "open": (SolicitationState.PUBLISHED,),
    "closed": (
        SolicitationState.CLOSED,
        SolicitationState.OPENED,
        SolicitationState.UNDER_EVALUATION,
        SolicitationState.RECOMMENDED,
    ),
    "decided": (SolicitationState.AWARDED, SolicitationState.CLOSED_WITHOUT_AWARD, SolicitationState.CANCELED),
    "all": PUBLIC_STATES,
}
SORTS: dict[str, tuple[Any, ...]] = {
    "due": ("due_at", "id"),
    "newest": ("-published_at", "-id"),
    "amount": (F("amount_total").desc(nulls_last=True), "-id"),
    "relevance": ("-rank", "-id"),
}
# Ranking reads the whole search column of a row, so that only the newest matches are ranked: one more than a list counts.
MOST_RANKED = 1001
# The columns of a row in a list; the long texts stay in the table.
ROW_FIELDS = (
    "id", "number", "title", "summary", "department", "department__name", "department__jurisdiction", "service_category",
    "status", "method", "amount_total", "award_min", "award_max", "due_at", "published_at", "questions_due_at",
    "conference_at", "conference_place", "last_activity_at",
)  # fmt: skip
# What the public list shows of a row: the page reads these alone, without making a record of each.
LINE_FIELDS = (
    "id", "number", "title", "department__name", "service_category", "status", "amount_total", "due_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Search:
    """Cleaned filters of the public list. `text` is the reader's words; dates are days of Chicago; money dollars."""

    text: str = ""
    phase: str = "open"
    category: str = ""
    department: int | None = None
    jurisdiction: str = ""
    area: int | None = None
    amount_least: Decimal | None = None
    amount_most: Decimal | None = None
    due_from: date | None = None
    due_until: date | None = None
    sort: str = ""

    def as_query(self) -> dict[str, str]:
        """The filters as the address holds them; what is not set is left out."""
        defaults = Search()
        return {
            f.name: str(getattr(self, f.name))
            for f in fields(self)
            if getattr(self, f.name) != getattr(defaults, f.name)
        }

    @property
    def chosen(self) -> int:
        """How many filters besides words, phase and order are set."""
        return len(self.as_query().keys() - {"text", "phase", "sort"})


def public(actor: Actor) -> QuerySet[Solicitation]:
    """Every solicitation that has been published; the actor does not matter, the argument is the house's way."""
    return Solicitation.objects.filter(published_at__isnull=False, status__in=[s.value for s in PUBLIC_STATES])


def matching(actor: Actor, search: Search) -> QuerySet[Solicitation]:
    """Published solicitations that match, in no order: what a page counts. Counting those `found` by rank would find and sort the newest once more."""
    rows = _filtered(public(actor), search)
    return rows.filter(search=_words(search)) if search.text else rows


def _words(search: Search) -> SearchQuery:
    return SearchQuery(search.text, search_type="websearch", config="english")


def found(actor: Actor, search: Search) -> QuerySet[Solicitation]:
    """Published solicitations that match, in the order asked; one query for rows with their department."""
    rows = matching(actor, search)
    sort = search.sort or ("relevance" if search.text else "due" if search.phase == "open" else "newest")
    if search.text and sort == "relevance":
        newest = rows.order_by(*SORTS["newest"]).values("pk")[:MOST_RANKED]
        rows = public(actor).filter(pk__in=newest).annotate(rank=SearchRank(F("search"), _words(search)))
    elif sort == "relevance":
        sort = "due"
    return rows.select_related("department").only(*ROW_FIELDS).order_by(*SORTS[sort])


def lines(actor: Actor, rows: QuerySet[Solicitation]) -> QuerySet[Solicitation, Any]:
    """What was `found`, as named tuples of `LINE_FIELDS`, for the page that shows nothing else."""
    # The present comes with the rows: a page that asked the clock besides would cost one statement more.
    return rows.select_related(None).annotate(present=PortalNow()).values_list(*LINE_FIELDS, "present", named=True)


def _filtered(rows: QuerySet[Solicitation], search: Search) -> QuerySet[Solicitation]:
    if search.phase != "all":
        rows = rows.filter(status__in=[s.value for s in PHASES[search.phase]])
    plain = {
        "service_category": search.category,
        "department_id": search.department,
        "department__jurisdiction": search.jurisdiction,
        "amount_total__gte": search.amount_least,
        "amount_total__lte": search.amount_most,
        "due_at__gte": search.due_from and chicago(search.due_from),
        "due_at__lt": search.due_until and chicago(search.due_until + timedelta(days=1)),
    }
    rows = rows.filter(**{lookup: value for lookup, value in plain.items() if value not in ("", None)})
    if search.area:
        rows = rows.filter(Exists(ServiceArea.objects.filter(solicitation=OuterRef("pk"), area=search.area)))
    return rows


def published_since(actor: Actor, search: Search, since: datetime, until: datetime) -> QuerySet[Solicitation]:
    """Matches published after `since` and up to `until`, oldest first: what a saved search has not told yet."""
    rows = found(actor, replace(search, sort="newest"))
    return rows.filter(published_at__gt=since, published_at__lte=until).order_by("published_at", "id")
