"""Conflicts declared by a panel member, and an officer's decision on one the portal found by a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.evaluation import held, settle_clock
from solicitations.actions.found_conflicts import end_readings, tell_officers, write_found
from solicitations.models.evaluation import ConflictDeclaration, ConflictReview, Evaluation, PanelMember
from solicitations.queries.conflict import of_evaluation, standing, to_declare
from solicitations.queries.scoring import places
from solicitations.states import ConflictGround, ConflictOutcome

DECLARE_CLOCK = "solicitations.declare_conflicts"
GROUNDS = (
    ConflictGround.BOARD,
    ConflictGround.EMPLOYMENT,
    ConflictGround.FAMILY,
    ConflictGround.FINANCIAL,
    ConflictGround.OTHER,
)


@transaction.atomic
def declare(
    *, actor: Actor, member_id: int, seen: Collection[int], conflicts: Mapping[int, tuple[str, str]], attested: bool
) -> list[ConflictDeclaration]:
    """Declare about every proposer seen: those in `conflicts` (proposal's id → ground, statement) with a conflict, the
    others without.

    Raises Invalid per proposal ("ground-<id>", "statement-<id>") and without the attestation; Conflict when the list of
    proposers is another one than was seen.
    """
    place = found_or_404(places(actor), pk=member_id)
    evaluation = Evaluation.objects.select_for_update().select_related("solicitation").get(pk=place.evaluation_id)
    problems: dict[str, list[str]] = {}
    for pk, (ground, statement) in conflicts.items():
        if ground not in GROUNDS:
            problems[f"ground-{pk}"] = [_("Choose what kind of conflict it is.")]
        if not statement.strip():
            problems[f"statement-{pk}"] = [_("Say in a sentence what connects you.")]
    if not attested:
        problems["attested"] = [_("Check the box to declare.")]
    if problems:
        raise Invalid(problems)
    asked = {proposal.pk: proposal for proposal in to_declare(place)}
    if set(asked) != set(seen) or not set(conflicts) <= set(asked):
        raise Conflict(_("The list of proposers changed meanwhile. Look at it again; what you marked is kept below."))
    rows = []
    for pk, proposal in asked.items():
        ground, statement = conflicts.get(pk, (ConflictGround.NONE, ""))
        rows.append(
            ConflictDeclaration(
                member=place, proposal=proposal, conflicted=pk in conflicts, ground=ground, statement=statement.strip()
            )
        )
    ConflictDeclaration.objects.bulk_create(rows)
    mine = [row for row in rows if row.conflicted]
    record(actor, "conflict.declare", place, after={"proposers": len(rows), "conflicts": len(mine)})
    _follow(actor, evaluation, place, mine)
    write_found(actor, evaluation, [place])
    clocks.stop(place, DECLARE_CLOCK, "declared", actor)
    return rows


@transaction.atomic
def add_conflict(*, actor: Actor, member_id: int, proposal_id: int, ground: str, statement: str) -> ConflictDeclaration:
    """Declare a conflict noticed later, with a proposer one had declared none with. It is never taken back.

    Raises Invalid, Http404 for a proposal that is not (any more) on the member's list.
    """
    place = found_or_404(places(actor), pk=member_id)
    evaluation = Evaluation.objects.select_for_update().select_related("solicitation").get(pk=place.evaluation_id)
    if ground not in GROUNDS:
        raise Invalid({"ground": [_("Choose what kind of conflict it is.")]})
    if not statement.strip():
        raise Invalid({"statement": [_("Say in a sentence what connects you.")]})
    proposals = evaluation.solicitation.opened_proposals.exclude(
        pk__in=standing().filter(member__user_id=place.user_id).values("proposal_id")
    )
    proposal = found_or_404(proposals, pk=proposal_id)
    row = ConflictDeclaration.objects.create(
        member=place, proposal=proposal, conflicted=True, ground=ground, statement=statement.strip()
    )
    record(actor, "conflict.declare", place, after={"proposers": 1, "conflicts": 1})
    _follow(actor, evaluation, place, [row])
    return row


def _follow(actor: Actor, evaluation: Evaluation, place: PanelMember, rows: list[ConflictDeclaration]) -> None:
    """What a declared conflict means: the readings end, the officers hear of it."""
    if not rows:
        return
    end_readings(evaluation, [(place.user_id, row.proposal_id) for row in rows])
    settle_clock(actor, place)
    tell_officers(evaluation, rows)


@transaction.atomic
def review(*, actor: Actor, declaration_id: int, outcome: str, reason: str) -> ConflictReview:
    """Decide on a conflict found by a name: the same person, or another one. Nothing else is ever cleared.

    Raises Refused for a declared conflict, for one found by an account, and for the person it is about; Invalid without a
    reason; Conflict when it was decided.
    """
    found = ConflictDeclaration.objects.select_related("member").filter(pk=declaration_id).first()
    evaluation = held(actor, found.member.evaluation_id if found else 0)
    row = found_or_404(of_evaluation(actor, evaluation), pk=declaration_id)
    if row.ground != ConflictGround.FOUND_BOARD:
        raise Refused(_("A declared conflict is never taken back, nor is one found by an account."))
    if row.member.user_id == actor.user_id:
        raise Refused(_("This is about you; another officer decides."))
    if outcome not in ConflictOutcome.values:
        raise Invalid({"outcome": [_("Choose one.")]})
    if not reason.strip():
        raise Invalid({"reason": [_("Say how you know.")]})
    if ConflictReview.objects.filter(declaration=row).exists():
        raise Conflict(_("This was decided already."), row)
    decided = ConflictReview.objects.create(
        declaration=row, outcome=outcome, reason=reason.strip(), decided_by_id=actor.user_id
    )
    record(actor, "conflict.review", row.member, after={"proposal": row.proposal.position, "outcome": outcome},
           why=reason.strip())  # fmt: skip
    return decided
