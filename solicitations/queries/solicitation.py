"""Who sees which solicitations, and what the planning pages show of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from procurement_portal.documents.kinds import Coverage
from procurement_portal.history.models import Entry
from procurement_portal.history.record import entries_for
from procurement_portal.people.actor import Actor
from procurement_portal.web import words
from solicitations.models.addendum import Addendum
from solicitations.models.facts import FundingShare, Lot, RequiredDocument, ServiceArea
from solicitations.models.inquiry import Inquiry
from solicitations.models.question import Section
from solicitations.models.solicitation import Solicitation
from solicitations.models.trace import Trace

# What a row of the planning list shows; the long texts stay in the table.
PLANNED_FIELDS = ("id", "number", "title", "status", "due_at", "last_activity_at", "department", "department__name")
# Roles that look across all departments of their jurisdiction.
ACROSS_DEPARTMENTS = frozenset(
    {
        "chief_procurement_officer",
        "contract_compliance_officer",
        "contract_compliance_director",
        "compliance_analyst",
    }
)


def internal(actor: Actor) -> QuerySet[Solicitation]:
    """Solicitations in every state that this actor may see as staff: those of the own department, or of the jurisdiction;
    for an auditor, those of the departments an engagement in force today names.
    """
    rows = Solicitation.objects.select_related("department")
    if actor.is_system:
        return rows
    reach = _reach(actor)
    return rows.none() if reach is None else rows.filter(reach)


def _reach(actor: Actor) -> Q | None:
    """Which unpublished solicitations are shown to this actor; None for nobody's."""
    reach = None
    if actor.is_staff and actor.can_as_officer("solicitations.view_internal"):
        across = bool(actor.roles & ACROSS_DEPARTMENTS)
        reach = Q(department__jurisdiction=actor.jurisdiction) if across else Q(department_id=actor.department_id)
    if audited := actor.audited("department"):
        reach = Q(department_id__in=audited) | (reach or Q(pk__in=[]))
    return reach


def published(actor: Actor) -> QuerySet[Solicitation]:
    """What everybody may read: everything that was ever published, in whatever state it is now."""
    return Solicitation.objects.filter(published_at__isnull=False).select_related("department")


def visible(actor: Actor) -> QuerySet[Solicitation]:
    """What this actor may read: the published ones, and as staff also the drafts of the own department."""
    if actor.is_system:
        return internal(actor)
    seen = Q(published_at__isnull=False)
    if (reach := _reach(actor)) is not None:
        seen |= reach
    return Solicitation.objects.filter(seen).select_related("department")


def planned(actor: Actor) -> QuerySet[Solicitation]:
    """The planning list: newest activity first, with the numbers of questions still unanswered. No proposal is counted."""
    waiting = Inquiry.objects.filter(solicitation=OuterRef("pk"), published_at__isnull=True).order_by()
    # Counted for the rows of the page alone: a join would count for every row before the first page is known.
    unanswered = Coalesce(Subquery(waiting.values("solicitation").annotate(n=Count("pk")).values("n")), 0)
    return internal(actor).only(*PLANNED_FIELDS).annotate(unanswered=unanswered).order_by("-last_activity_at", "-pk")


def sections(solicitation: Solicitation, *, withdrawn: bool = False) -> list[Section]:
    """The sections with their questions in order (`section.rows`), in two queries; withdrawn questions only if asked."""
    found = list(solicitation.sections.order_by("position"))
    rows = solicitation.questions.select_related("criterion").order_by("section__position", "position")
    if not withdrawn:
        rows = rows.filter(withdrawn_at__isnull=True)
    by_section: dict[int, list[Any]] = {}
    for question in rows:
        by_section.setdefault(question.section_id, []).append(question)
    for section in found:
        section.rows = by_section.get(section.pk, [])  # type: ignore[attr-defined]
    return found


def areas(solicitation: Solicitation) -> list[int]:
    """The numbers of the community areas served."""
    return list(ServiceArea.objects.filter(solicitation=solicitation).order_by("area").values_list("area", flat=True))


def funding(solicitation: Solicitation) -> list[FundingShare]:
    """The funding shares, largest first."""
    return list(FundingShare.objects.filter(solicitation=solicitation).order_by("-fraction", "pk"))


def lots(solicitation: Solicitation) -> list[Lot]:
    """The lots in order."""
    return list(Lot.objects.filter(solicitation=solicitation).order_by("position"))


def insured_words(coverage: str, cents: int) -> str:
    """ "Automobile liability, at least $1,000,000 for each occurrence"."""
    return _("%(coverage)s, at least %(limit)s for each occurrence") % {
        "coverage": Coverage(coverage).label,
        "limit": words.money(Decimal(cents) / 100, cents=False),
    }


def documents(solicitation: Solicitation) -> list[RequiredDocument]:
    """The papers asked for: with the answer first, then before an award. What insurance covers is shown by `insured_words`."""
    found = list(RequiredDocument.objects.filter(solicitation=solicitation).order_by("-needed", "kind"))
    for paper in found:
        paper.insured = [insured_words(c["coverage"], c["limit_cents"]) for c in paper.coverages]  # type: ignore[attr-defined]
    return found


def acts(solicitation: Solicitation) -> QuerySet[Entry]:
    """The acts on a solicitation and its addenda, newest first. Acts on questions asked privately are never among them."""
    return entries_for([solicitation, *Addendum.objects.filter(solicitation=solicitation).select_related(None)])


def traces(solicitation: Solicitation, rule: str) -> QuerySet[Trace]:
    """The stored evaluations of one rule for this solicitation, newest first."""
    return Trace.objects.filter(
        subject_type="solicitations.solicitation", subject_id=str(solicitation.pk), rule=rule
    ).order_by("-pk")
