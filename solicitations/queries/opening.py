"""What was received and opened, and which staff may read it.

Opened proposals are read by those of the department who manage the evaluation or decide on it, by the Chief Procurement
Officer of the jurisdiction, and by an auditor engaged for the department. Panel members read through `queries.scoring`.
Whoever has a standing conflict with a proposal reads nothing of it, in whatever role.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from procurement_portal.history.models import Entry
from procurement_portal.history.record import entries_for
from procurement_portal.people.actor import Actor
from solicitations.models.evaluation import Assignment
from solicitations.models.opening import OpenedFile, OpenedPart, OpenedProposal, Opening, ResponsivenessFinding
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import LateEvidence
from solicitations.queries.conflict import conflicted
from solicitations.queries.solicitation import internal
from solicitations.states import LateAct

# Any of these makes somebody of the department a reader of its opened proposals.
READERS = (
    "solicitations.open",
    "solicitations.manage_evaluation",
    "solicitations.recommend",
    "solicitations.approve_award",
    "solicitations.review_budget",
)


def readable_solicitations(actor: Actor) -> QuerySet[Solicitation]:
    """Solicitations whose opened proposals this actor may read as staff."""
    rows = internal(actor)
    if actor.is_system or any(actor.can(permission) for permission in READERS):
        return rows
    return rows.filter(department_id__in=actor.audited("department"))


def proposals(actor: Actor) -> QuerySet[OpenedProposal]:
    """The opened proposals this actor may read as staff, in the order of receipt."""
    rows = OpenedProposal.objects.select_related("organization", "solicitation__department", "opening")
    if actor.is_system:
        return rows
    rows = rows.filter(solicitation__in=readable_solicitations(actor).values("pk"))
    return rows.filter(~conflicted(actor.user_id))


def _found_last() -> Subquery:
    """Whether an opened proposal was found responsive, by its newest finding; None: nothing found."""
    last = ResponsivenessFinding.objects.filter(proposal=OuterRef("pk")).order_by("-id")
    return Subquery(last.values("responsive")[:1])


def one(actor: Actor, number: str) -> QuerySet[OpenedProposal]:
    """The opened proposals of the solicitation of this number, for the page of one: with `responsive` as in `received`, and
    the ids of its readings (`reading_ids`)."""
    readings = Assignment.objects.filter(proposal=OuterRef("pk")).order_by("pk").values("pk")
    rows = proposals(actor).filter(solicitation__number=number)
    return rows.annotate(responsive=_found_last(), reading_ids=ArraySubquery(readings))


def received(actor: Actor, solicitation: Solicitation) -> QuerySet[OpenedProposal]:
    """What was received for one solicitation, with `files` and `unconfirmed` counted, and `responsive` as found last
    (None: nothing found)."""
    files = OpenedFile.objects.filter(part__proposal=OuterRef("pk")).order_by().values("part__proposal")
    parts = OpenedPart.objects.filter(proposal=OuterRef("pk"), confirmed=False).order_by().values("proposal")
    return (
        proposals(actor)
        .filter(solicitation=solicitation)
        .annotate(
            files=Coalesce(Subquery(files.annotate(n=Count("pk")).values("n")), 0),
            unconfirmed=Coalesce(Subquery(parts.annotate(n=Count("pk")).values("n")), 0),
            responsive=_found_last(),
        )
        .order_by("position")
    )


def responsive(solicitation_id: int) -> QuerySet[OpenedProposal]:
    """The proposals that go on: every one not found unresponsive. For actions and rules; no actor is asked."""
    rows = OpenedProposal.objects.filter(solicitation_id=solicitation_id).annotate(found=_found_last())
    return rows.filter(Q(found__isnull=True) | Q(found=True))


def opening_of(solicitation: Solicitation) -> Opening | None:
    """Who asked for opening and who opened, or None. The caller has been allowed to see the solicitation."""
    return Opening.objects.filter(solicitation=solicitation).select_related("asked_by", "opened_by").first()


@dataclass(frozen=True)
class LateRow:
    """Something that came after the due instant: of whom, what they tried, when. It is never opened."""

    organization: str
    act: LateAct
    received_at: datetime


def late(actor: Actor, solicitation: Solicitation) -> list[LateRow]:
    """What came late, once a solicitation is opened; in the order of arrival. Nothing before opening."""
    if not readable_solicitations(actor).filter(pk=solicitation.pk, opening__opened_at__isnull=False).exists():
        return []
    rows = LateEvidence.objects.filter(submission__solicitation=solicitation).order_by("received_at", "id")
    return [
        LateRow(name, LateAct(act), at)
        for name, act, at in rows.values_list("submission__organization__name", "act", "received_at")
    ]


def parts(proposal: OpenedProposal) -> list[OpenedPart]:
    """The parts of a proposal with their files (`part.attached`: file's id, name, size). One query. The caller may read it."""
    files = OpenedFile.objects.filter(part=OuterRef("pk")).order_by("pk")
    attached = ArraySubquery(files.values(json=JSONObject(id="file_id", name="name", size="size")))
    return list(proposal.parts.select_related("question", "criterion").annotate(attached=attached).order_by("position"))


def findings(proposal: OpenedProposal) -> list[ResponsivenessFinding]:
    """What officers found about a proposal, newest first."""
    return list(proposal.findings.select_related("found_by").order_by("-id"))


def acts(proposal: OpenedProposal) -> QuerySet[Entry]:
    """Who read a proposal of `one`, and what became of its readings; newest first. The caller may read the proposal."""
    return entries_for([proposal, *(Assignment(pk=pk) for pk in proposal.reading_ids)])  # type: ignore[attr-defined]


def listed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list of what was received as its digest is taken over: order, whose, which version, when, by hash, how much."""
    keys = ("position", "organization", "version", "received_at", "sha256", "amount", "files")
    return [{key: row[key] for key in keys} for row in rows]
