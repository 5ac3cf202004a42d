"""What the portal finds by itself, written as conflicts; and what follows: the person's readings of that proposal end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse

from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from solicitations.models.evaluation import Assignment, ConflictDeclaration, Evaluation, PanelMember
from solicitations.models.opening import OpenedProposal
from solicitations.notifications.evaluation import ConflictsReported
from solicitations.queries.conflict import CLEARED, find

ENDED_BY_CONFLICT = "A conflict of interest"
SYSTEM = Actor.system("a conflict of interest")


def write_found(actor: Actor, evaluation: Evaluation, members: Sequence[PanelMember]) -> list[ConflictDeclaration]:
    """Look for conflicts of these members with every proposal and write down what is new.

    What an officer cleared for a person stays cleared. `actor` asked for the act in which the portal looks.
    """
    proposals = list(OpenedProposal.objects.filter(solicitation_id=evaluation.solicitation_id))
    found = find(members, proposals)
    if not found:
        return []
    rows = ConflictDeclaration.objects.filter(member__evaluation=evaluation, conflicted=True)
    known = set(rows.values_list("member_id", "proposal_id", "ground", "statement"))
    cleared = set(rows.filter(CLEARED).values_list("member__user_id", "proposal_id", "ground", "statement"))
    new = [
        ConflictDeclaration(
            member=f.member, proposal=f.proposal, conflicted=True, ground=f.ground, statement=f.statement
        )
        for f in found
        if (f.member.pk, f.proposal.pk, f.ground, f.statement) not in known
        and (f.member.user_id, f.proposal.pk, f.ground, f.statement) not in cleared
    ]
    if new:
        ConflictDeclaration.objects.bulk_create(new)
        told = [{"member": r.member_id, "proposal": r.proposal.position, "ground": str(r.ground)} for r in new]
        record(SYSTEM, "conflict.find", evaluation, after={"found": told})
        end_readings(evaluation, [(r.member.user_id, r.proposal_id) for r in new])
        tell_officers(evaluation, new)
    return new


def end_readings(evaluation: Evaluation, pairs: Iterable[tuple[int, int]]) -> int:
    """End every reading of these (person, proposal) on the panel, locked or not: what a conflicted person scored does not
    count. Returns how many."""
    which = Q(pk__in=[])
    for user_id, proposal_id in pairs:
        which |= Q(member__user_id=user_id, proposal_id=proposal_id)
    rows = Assignment.objects.filter(which, member__evaluation=evaluation, ended_at__isnull=True)
    present, ended = now(), 0
    for reading in rows.select_for_update(of=("self",)).select_related("member"):
        Assignment.objects.filter(pk=reading.pk).update(
            ended_at=present, ended_by_id=reading.member.user_id, ended_why=ENDED_BY_CONFLICT
        )
        record(SYSTEM, "reading.end", reading, after={"locked": reading.locked_at is not None}, why=ENDED_BY_CONFLICT)
        ended += 1
    return ended


def tell_officers(evaluation: Evaluation, rows: Sequence[ConflictDeclaration]) -> None:
    """The officers of the department hear that conflicts were declared or found: a reader may be missing now."""
    row = evaluation.solicitation
    notice = ConflictsReported(
        evaluation_id=evaluation.pk, last=max(r.pk for r in rows), number=row.number, title=row.title, count=len(rows),
        url=reverse("solicitations:evaluation-conflicts", args=[row.number]),
    )  # fmt: skip
    send(notice, to=recipients.department(row.department_id, ("procurement_officer",)))
