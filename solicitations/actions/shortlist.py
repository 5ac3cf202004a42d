"""Whether a proposal goes on to interviews, with the reason. The newest decision counts; all stay."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Invalid
from solicitations.actions.cure import managed
from solicitations.models.cure import ShortlistDecision
from solicitations.queries import cure as queries


@transaction.atomic
def decide(*, actor: Actor, proposal_id: int, listed: bool, reason: str) -> ShortlistDecision:
    """Put a proposal on the shortlist or leave it off. Raises Invalid without a reason, Refused, Http404."""
    proposal = found_or_404(queries.proposals(actor), pk=proposal_id)
    managed(actor, proposal.solicitation_id)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why.")]})
    made = ShortlistDecision.objects.create(
        proposal=proposal, listed=listed, reason=reason.strip(), decided_by_id=actor.user_id
    )
    record(actor, "shortlist.decide", made, after={"proposal": proposal.pk, "listed": listed}, why=made.reason)
    return made
