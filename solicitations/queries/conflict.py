"""Conflicts of panel members: which stand, what was declared, and what the portal finds by itself.

A conflict stands from the moment it is declared or found, whatever is declared later. Only one found by a name can be
cleared, by an officer's reasoned decision. Standing conflicts belong to the person, not to one place on a panel: who was
replaced and comes back is still conflicted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, Func, OuterRef, Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.board import BoardMember
from procurement_portal.people.models.body import Venturer
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import ROLES
from solicitations.models.evaluation import ConflictDeclaration, Evaluation, PanelMember
from solicitations.models.opening import OpenedProposal
from solicitations.states import ConflictGround, ConflictOutcome

FOUND = (ConflictGround.FOUND_MEMBER, ConflictGround.FOUND_BOARD)
CLEARED = Q(review__isnull=False, review__outcome=ConflictOutcome.CLEARED)


def standing() -> QuerySet[ConflictDeclaration]:
    """Every conflict that stands: declared, or found and not cleared."""
    return ConflictDeclaration.objects.filter(conflicted=True).filter(~CLEARED)


def conflicted(user: object, proposal: object = OuterRef("pk")) -> Exists:
    """Whether this person (an id or an outer reference) has a standing conflict with the proposal of the outer row."""
    return Exists(standing().filter(member__user_id=user, proposal_id=proposal))


def declared(member: object, proposal: object = OuterRef("pk")) -> Exists:
    """Whether this member has declared about the proposal of the outer row; what the portal found is no declaration."""
    rows = ConflictDeclaration.objects.exclude(ground__in=FOUND)
    return Exists(rows.filter(member_id=member, proposal_id=proposal))


def pairs_in_conflict(evaluation: Evaluation) -> set[tuple[int, int]]:
    """(person's id, proposal's id) of every standing conflict on this panel."""
    rows = standing().filter(member__evaluation=evaluation)
    return set(rows.values_list("member__user_id", "proposal_id"))


def pairs_declared(evaluation: Evaluation) -> set[tuple[int, int]]:
    """(member's id, proposal's id) of everything declared on this panel."""
    rows = ConflictDeclaration.objects.filter(member__evaluation=evaluation).exclude(ground__in=FOUND)
    return set(rows.values_list("member_id", "proposal_id"))


def to_declare(member: PanelMember) -> QuerySet[OpenedProposal]:
    """The proposers a member has said nothing about yet. Those the portal found a conflict with are never named to them."""
    return (
        OpenedProposal.objects.filter(solicitation_id=member.evaluation.solicitation_id)
        .filter(~declared(member.pk), ~conflicted(member.user_id))
        .select_related("organization")
        .order_by("organization__sort_name", "pk")
    )


def own_declarations(member: PanelMember) -> QuerySet[ConflictDeclaration]:
    """The conflicts a member declared: their own words, shown to them and to the officers."""
    rows = ConflictDeclaration.objects.filter(member=member, conflicted=True).exclude(ground__in=FOUND)
    return rows.select_related("proposal__organization").order_by("id")


def of_evaluation(actor: Actor, evaluation: Evaluation) -> QuerySet[ConflictDeclaration]:
    """Every conflict declared or found on a panel, for the officers who were allowed to see the evaluation."""
    return (
        ConflictDeclaration.objects.filter(member__evaluation=evaluation, conflicted=True)
        .exclude(conflicted_self(actor))
        .select_related("member__user", "proposal__organization", "review__decided_by")
        .order_by("-id")
    )


def conflicted_self(actor: Actor) -> Q:
    """Rows (with a `proposal`) of proposals the actor has a conflict with: nobody reads of those, in whatever role."""
    if actor.user_id is None:
        return Q(pk__in=[])
    return Q(proposal_id__in=standing().filter(member__user_id=actor.user_id).values("proposal_id"))


# --- What the portal finds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A conflict found: whose, with which proposal, how, in words."""

    member: PanelMember
    proposal: OpenedProposal
    ground: ConflictGround
    statement: str


def organizations_of(proposals: Iterable[OpenedProposal]) -> dict[int, set[int]]:
    """Proposal's id → the organizations behind it: the proposer, its partners, and the venturers of each. One query."""
    direct = {
        p.pk: {p.organization_id, *(int(q["organization"]) for q in p.partners if q.get("organization"))}
        for p in proposals
    }
    everybody = set().union(*direct.values())
    venturers: dict[int, set[int]] = defaultdict(set)
    for venture_id, member_id in Venturer.objects.filter(venture_id__in=everybody).values_list("venture", "member"):
        venturers[venture_id].add(member_id)
    return {pk: ids.union(*(venturers[i] for i in ids)) for pk, ids in direct.items()}


def boards(organization_ids: Iterable[int]) -> dict[int, list[BoardMember]]:
    """Organization's id → the people named on its board today. One query."""
    found: dict[int, list[BoardMember]] = defaultdict(list)
    for row in BoardMember.objects.filter(organization_id__in=organization_ids, removed_at__isnull=True):
        found[row.organization_id].append(row)
    return found


def leaders(proposal: OpenedProposal) -> dict[int, list[BoardMember]]:
    """Organization's id → the people named on its board today, of all that stand behind one proposal. One query."""
    direct = {proposal.organization_id, *(int(q["organization"]) for q in proposal.partners if q.get("organization"))}
    venturers = Venturer.objects.filter(venture_id__in=direct).values("member_id")
    found: dict[int, list[BoardMember]] = defaultdict(list)
    rows = BoardMember.objects.filter(Q(organization_id__in=direct) | Q(organization_id__in=venturers))
    for row in rows.filter(removed_at__isnull=True).select_related("organization"):
        found[row.organization_id].append(row)
    return found


def find(members: Sequence[PanelMember], proposals: Sequence[OpenedProposal]) -> list[Found]:
    """Conflicts of these members with these proposals, by account and by name, present or past. Five queries.

    A person who was taken off a board counts too: the row says since when, and an officer decides about a name.
    """
    behind = organizations_of(proposals)
    everybody = set().union(*behind.values()) if behind else set()
    users = {m.user_id for m in members}
    roles: dict[tuple[int, int], tuple[str, str]] = {}
    for row in Membership.objects.filter(user_id__in=users, organization_id__in=everybody).select_related(
        "organization"
    ):
        roles[(row.user_id, row.organization_id or 0)] = (str(row.organization), str(ROLES[row.role].label))
    folds: dict[str, list[int]] = defaultdict(list)
    for pk, fold in (
        User.objects.filter(pk__in=users).annotate(fold=Func("name", function="portal_fold")).values_list("pk", "fold")
    ):
        folds[fold].append(pk)
    seats: dict[tuple[int, int], str] = {}
    named = BoardMember.objects.filter(fold__in=[f for f in folds if f], organization_id__in=everybody)
    for seat in named.select_related("organization"):
        for user_id in folds[seat.fold]:
            office = f" ({seat.title})" if seat.title else ""
            seats[(user_id, seat.organization_id)] = f"{seat.name}{office} on the board of {seat.organization}"
    found = []
    for member in members:
        for proposal in proposals:
            for organization_id in sorted(behind[proposal.pk]):
                key = (member.user_id, organization_id)
                if key in roles:
                    words = f"Has or had an account with {roles[key][0]}: {roles[key][1]}"
                    found.append(Found(member, proposal, ConflictGround.FOUND_MEMBER, words))
                if key in seats:
                    found.append(Found(member, proposal, ConflictGround.FOUND_BOARD, seats[key]))
    return found
