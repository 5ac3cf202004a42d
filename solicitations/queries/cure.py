"""Between opening and ranking: papers to cure, clarifications, interviews, the shortlist; for officers and for proposers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, TextField, Value

from procurement_portal.documents.kinds import KINDS
from procurement_portal.people.actor import Actor
from solicitations.models.cure import (
    ClarificationRequest,
    CureItem,
    CureWindow,
    Interview,
    ShortlistDecision,
)
from solicitations.models.facts import RequiredDocument
from solicitations.models.opening import OpenedPart, OpenedProposal
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal
from solicitations.states import SolicitationState

DURING = (SolicitationState.OPENED, SolicitationState.UNDER_EVALUATION)


@dataclass(frozen=True)
class Lacking:
    """A required paper one opened proposal came without."""

    proposal: OpenedProposal
    kind: str

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.proposal.pk}:{self.kind}"

    @property
    def label(self) -> str:
        """The paper's name in words."""
        return str(KINDS[self.kind].label)


def managed(actor: Actor) -> QuerySet[Solicitation]:
    """Opened solicitations whose evaluation this actor manages."""
    rows = internal(actor).filter(opening__opened_at__isnull=False)
    return rows if actor.is_system or actor.can("solicitations.manage_evaluation") else rows.none()


def proposals(actor: Actor) -> QuerySet[OpenedProposal]:
    """The opened proposals of what the actor manages, with how many questions and interviews each has had."""
    newest = ShortlistDecision.objects.filter(proposal=OuterRef("pk")).order_by("-pk").values("listed")[:1]
    rows = OpenedProposal.objects.filter(solicitation__in=managed(actor).values("pk")).select_related(
        "organization", "solicitation__department"
    )
    return rows.annotate(
        asked=Count("clarifications", distinct=True),
        answered=Count("clarifications", filter=Q(clarifications__answered_at__isnull=False), distinct=True),
        interviewed=Count("interviews", distinct=True),
        listed=Subquery(newest),
    ).order_by("position")


def window_of(solicitation: Solicitation) -> CureWindow | None:
    """The one cure window of a solicitation."""
    return CureWindow.objects.filter(solicitation=solicitation).select_related("published_by").first()


def items_of(window: CureWindow) -> QuerySet[CureItem]:
    """Its papers in the order of receipt."""
    return window.items.select_related("proposal__organization", "document", "cured_by")


def lacking(solicitation: Solicitation) -> list[Lacking]:
    """Every required paper that an opened proposal came without; none of them is scored."""
    kinds = RequiredDocument.objects.filter(solicitation=solicitation, needed="with_answer").values_list(
        "kind", flat=True
    )
    given = set(
        OpenedPart.objects.filter(
            proposal__solicitation=solicitation, part__startswith="document-", files__isnull=False
        ).values_list("proposal_id", "part")
    )
    rows = OpenedProposal.objects.filter(solicitation=solicitation).select_related("organization").order_by("position")
    return [
        Lacking(proposal, kind) for proposal in rows for kind in kinds if (proposal.pk, f"document-{kind}") not in given
    ]


# --- For the proposer ----------------------------------------------------------------------------------------------------


def own_proposals(actor: Actor) -> QuerySet[OpenedProposal]:
    """The opened proposals of the actor's organization."""
    rows = OpenedProposal.objects.select_related("submission", "organization", "solicitation__department")
    if actor.is_system:
        return rows
    if actor.organization_id is None or not actor.can("proposals.view"):
        return rows.none()
    return rows.filter(organization_id=actor.organization_id)


def own_items(actor: Actor) -> QuerySet[CureItem]:
    """The papers the actor's organization is asked to hand in."""
    rows = CureItem.objects.select_related("window__solicitation__department", "proposal__submission", "document")
    return rows.filter(proposal__in=own_proposals(actor).values("pk"))


def own_questions(actor: Actor) -> QuerySet[ClarificationRequest]:
    """The questions put to the actor's organization."""
    rows = ClarificationRequest.objects.select_related("proposal__submission", "proposal__solicitation", "part")
    return rows.filter(proposal__in=own_proposals(actor).values("pk"))


def own_interviews(actor: Actor) -> QuerySet[Interview]:
    """The interviews the actor's organization is invited to; what was noted there is the panel's."""
    rows = Interview.objects.select_related("proposal__submission", "proposal__solicitation").defer("record")
    return rows.filter(proposal__in=own_proposals(actor).values("pk"))


def waiting(actor: Actor, proposal: OpenedProposal, at: datetime) -> int:
    """How many requests still wait for the proposer."""
    papers = own_items(actor).filter(proposal=proposal, cured_at__isnull=True, window__closes_at__gte=at)
    questions = own_questions(actor).filter(proposal=proposal, answered_at__isnull=True, due_at__gte=at)
    return papers.count() + questions.count()


# --- Beside the proposal, for its readers --------------------------------------------------------------------------------


class After(NamedTuple):
    """Something that came after opening: an answered question, the record of an interview, or a paper handed in; and when."""

    kind: str
    what: str
    answer: str
    at: datetime


@dataclass(frozen=True)
class Beside:
    """What stands beside a proposal without changing it."""

    questions: list[After]
    papers: list[After]
    interviews: list[After]

    def __bool__(self) -> bool:
        return bool(self.questions or self.papers or self.interviews)


def _after(rows: QuerySet[Any], kind: str, *columns: str) -> QuerySet[Any, Any]:
    words = Value(kind, output_field=TextField())
    empty = Value("", output_field=TextField())
    columns_or_empty = [column or empty for column in columns]
    return rows.order_by().values_list(words, *columns_or_empty)


def beside(proposal: OpenedProposal) -> Beside:
    """Answered questions, cured papers, recorded interviews. One query. The caller has been allowed to read the proposal."""
    asked = _after(
        proposal.clarifications.filter(answered_at__isnull=False), "question", "question", "answer", "answered_at"
    )
    papers = _after(proposal.cure_items.filter(cured_at__isnull=False), "paper", "what", "", "cured_at")
    met = _after(proposal.interviews.filter(recorded_at__isnull=False), "interview", "record", "", "at")
    found = sorted(starmap(After, asked.union(papers, met, all=True)), key=lambda one: one.at)
    return Beside(*([one for one in found if one.kind == kind] for kind in ("question", "paper", "interview")))
