"""Who reads what: the balanced plan, and changes by hand with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.evaluation import held, need_state, settle_clock, start_score_clock
from solicitations.actions.found_conflicts import write_found
from solicitations.models.evaluation import Assignment, PanelMember
from solicitations.models.opening import OpenedProposal, Opening
from solicitations.queries.assignment import SEED_LENGTH, Plan, Reader, make_plan
from solicitations.queries.conflict import pairs_declared, pairs_in_conflict
from solicitations.queries.opening import responsive
from solicitations.states import EvaluationState

ANEW = "Assigned anew"


@transaction.atomic
def assign_all(*, actor: Actor, evaluation_id: int) -> Plan:
    """Give each proposal that goes on its readers: balanced, conflicts avoided, from the seed everybody can check.

    Readings planned before end and are planned anew. Raises Refused while a member has not declared about every proposer or
    stands in no team although there are teams; Conflict once scoring has begun. A fixed number of statements for any number
    of proposals.
    """
    row = held(actor, evaluation_id)
    need_state(row, EvaluationState.PREPARING)
    members = list(row.panel.filter(ended_at__isnull=True).select_related("user"))
    if not members:
        raise Refused(_("Appoint a panel first."))
    write_found(actor, row, members)
    proposals = {p.pk: p for p in responsive(row.solicitation_id)}
    conflicts, declared = pairs_in_conflict(row), pairs_declared(row)
    waiting = [
        m for m in members if any((m.pk, p) not in declared and (m.user_id, p) not in conflicts for p in proposals)
    ]
    if waiting:
        names = ", ".join(str(m.user) for m in waiting)
        raise Refused(_("Not everybody has declared conflicts yet: %(names)s.") % {"names": names})
    teams = {team.pk: team.areas for team in row.teams.order_by("name")}
    homeless = [str(m.user) for m in members if m.team_id is None] if teams else []
    if homeless:
        raise Refused(_("There are teams, and these members are in none: %(names)s.") % {"names": ", ".join(homeless)})
    blocked = {(m.pk, p) for m in members for p in proposals if (m.user_id, p) in conflicts}
    opening = Opening.objects.get(solicitation_id=row.solicitation_id)
    seed = opening.digest[:SEED_LENGTH]
    plan = make_plan(
        {pk: p.areas for pk, p in proposals.items()}, [Reader(m.pk, m.team_id) for m in members], teams, blocked,
        row.readers, seed,
    )  # fmt: skip
    wanted = {(member, proposal) for proposal, readers in plan.chosen.items() for member in readers}
    standing = Assignment.objects.filter(member__evaluation=row, ended_at__isnull=True)
    kept = set(standing.values_list("member_id", "proposal_id"))
    gone = [pk for pk, m, p in standing.values_list("pk", "member_id", "proposal_id") if (m, p) not in wanted]
    Assignment.objects.filter(pk__in=gone).update(ended_at=now(), ended_by_id=actor.user_id, ended_why=ANEW)
    Assignment.objects.bulk_create(
        [Assignment(member_id=m, proposal_id=p, assigned_by_id=actor.user_id) for m, p in sorted(wanted - kept)],
        batch_size=1000,
    )
    record(actor, "evaluation.assign", row, after={"seed": seed, "readings": len(wanted), "short": len(plan.short)})
    return plan


@transaction.atomic
def assign(*, actor: Actor, member_id: int, proposal_id: int, why: str) -> Assignment:
    """Let one member read one proposal more, by hand, with a reason.

    Raises Invalid without a reason, Refused for a conflict or when they have not declared about the proposer, Conflict when
    they read it already or scores are being compared.
    """
    member = PanelMember.objects.select_related("user").filter(pk=member_id).first()
    row = held(actor, member.evaluation_id if member else 0)
    need_state(row, EvaluationState.PREPARING, EvaluationState.SCORING)
    assert member is not None
    if not why.strip():
        raise Invalid({"why": [_("Say why they read it.")]})
    proposal = OpenedProposal.objects.filter(pk=proposal_id, solicitation_id=row.solicitation_id).first()
    if proposal is None or member.ended_at is not None:
        raise Invalid({"member": [_("Choose a member of the panel and a proposal.")]})
    if not responsive(row.solicitation_id).filter(pk=proposal.pk).exists():
        raise Refused(_("This proposal was found not responsive; it is not scored."))
    write_found(actor, row, [member])
    if (member.user_id, proposal.pk) in pairs_in_conflict(row):
        raise Refused(_("A conflict of interest stands between this member and this proposal."))
    if (member.pk, proposal.pk) not in pairs_declared(row):
        raise Refused(_("This member has not declared about this proposer yet."))
    if Assignment.objects.filter(member=member, proposal=proposal, ended_at__isnull=True).exists():
        raise Conflict(_("This member reads it already."))
    reading = Assignment.objects.create(member=member, proposal=proposal, assigned_by_id=actor.user_id)
    record(actor, "reading.assign", reading, after={"person": str(member.user), "proposal": proposal.position},
           why=why.strip())  # fmt: skip
    if row.status == EvaluationState.SCORING:
        start_score_clock(actor, row, member)
    return reading


@transaction.atomic
def unassign(*, actor: Actor, reading_id: int, why: str) -> Assignment:
    """End a reading that is not locked, with a reason. Raises Refused for a locked one: locked scores stay."""
    reading = Assignment.objects.select_related("member__user", "proposal").filter(pk=reading_id).first()
    row = held(actor, reading.member.evaluation_id if reading else 0)
    need_state(row, EvaluationState.PREPARING, EvaluationState.SCORING)
    assert reading is not None
    locked = Assignment.objects.select_for_update().get(pk=reading.pk)
    if locked.ended_at is not None:
        raise Conflict(_("This reading has ended already."), reading)
    if locked.locked_at is not None:
        raise Refused(_("These scores are locked and stay."))
    if not why.strip():
        raise Invalid({"why": [_("Say why they no longer read it.")]})
    Assignment.objects.filter(pk=reading.pk).update(ended_at=now(), ended_by_id=actor.user_id, ended_why=why.strip())
    record(actor, "reading.unassign", reading, after={"person": str(reading.member.user),
           "proposal": reading.proposal.position}, why=why.strip())  # fmt: skip
    settle_clock(actor, reading.member)
    return reading
