"""An officer's finding that a proposal is responsive or not. What is found not responsive is neither read nor scored further."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Invalid, Refused
from solicitations.actions.drafting import locked, touched
from solicitations.actions.evaluation import settle_clock
from solicitations.models.evaluation import Assignment
from solicitations.models.opening import OpenedProposal, ResponsivenessFinding
from solicitations.queries.opening import proposals
from solicitations.states import SolicitationState
from solicitations.workflow.notice import SOLICITATION, of_own_department

ENDED_BY_FINDING = "Found not responsive"


@transaction.atomic
def find_responsiveness(*, actor: Actor, proposal_id: int, responsive: bool, reason: str) -> ResponsivenessFinding:
    """An officer finds a proposal responsive or not, with a reason; the newest finding counts.

    Readings of a proposal found not responsive end unless they are locked; found responsive later, it gets readers by hand.
    Raises Invalid without a reason, Refused without the role or once the ranking's recommendation is on its way.
    """
    proposal = found_or_404(proposals(actor), pk=proposal_id)
    if not actor.can("solicitations.manage_evaluation"):
        raise Refused(_("Findings are for procurement officers."))
    row = locked(actor, proposal.solicitation_id)
    of_own_department(row, actor)
    if row.state not in (SolicitationState.OPENED, SolicitationState.UNDER_EVALUATION):
        raise Refused(
            _("This is now “%(state)s”. Findings are made before the recommendation.")
            % {"state": SOLICITATION.public[row.state]}
        )
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": [_("Say what the proposal lacks, or why it is responsive all the same.")]})
    finding = ResponsivenessFinding.objects.create(
        proposal=proposal, responsive=responsive, reason=reason, found_by_id=actor.user_id
    )
    ended = 0 if responsive else _end_readings(actor, proposal)
    touched(row)
    after = {"proposal": proposal.position, "responsive": responsive, "readings_ended": ended}
    record(actor, "proposal.find_responsiveness", row, after=after, why=reason)
    return finding


def _end_readings(actor: Actor, proposal: OpenedProposal) -> int:
    rows = Assignment.objects.filter(proposal=proposal, ended_at__isnull=True, locked_at__isnull=True)
    waiting = list(rows.select_for_update(of=("self",)).select_related("member"))
    Assignment.objects.filter(pk__in=[reading.pk for reading in waiting]).update(
        ended_at=now(), ended_by_id=actor.user_id, ended_why=ENDED_BY_FINDING
    )
    for reading in waiting:
        settle_clock(actor, reading.member)
    return len(waiting)
