"""Protests: the public register, what waits for a decision, and whether a proposer may protest."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import today
from solicitations.models.award import Award
from solicitations.models.contract import Contract
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest, ProtestDetermination
from solicitations.models.solicitation import Solicitation
from solicitations.queries.award import COUNTED, window_of
from solicitations.queries.solicitation import internal
from solicitations.states import AmendmentState, ContractState, SolicitationState


def register(row: Solicitation) -> list[Protest]:
    """Every protest of a solicitation with its decision and determinations, oldest first; two queries. Public."""
    signed = ProtestDetermination.objects.select_related("contract", "signed_by").order_by("pk")
    rows = Protest.objects.filter(solicitation=row).select_related("organization", "decided_by")
    return list(rows.prefetch_related(Prefetch("determinations", signed)).order_by("filed_at", "pk"))


def managed(actor: Actor) -> QuerySet[Protest]:
    """The protests staff may open: those of the solicitations they see as staff."""
    rows = Protest.objects.select_related("solicitation__department", "organization", "proposal", "window")
    return rows.filter(solicitation__in=internal(actor).values("pk"))


def own(actor: Actor) -> QuerySet[Protest]:
    """The protests of the organization acted for."""
    if actor.organization_id is None or not actor.can("proposals.view"):
        return Protest.objects.none()
    rows = Protest.objects.select_related("solicitation__department", "proposal", "window")
    return rows.filter(organization_id=actor.organization_id)


def own_proposal(actor: Actor) -> QuerySet[OpenedProposal]:
    """The opened proposals of the organization acted for, once the decision is announced: nothing is theirs to see before."""
    if actor.organization_id is None or not actor.can("proposals.view"):
        return OpenedProposal.objects.none()
    rows = OpenedProposal.objects.select_related("solicitation__department", "organization", "submission")
    decided = Q(solicitation__status=SolicitationState.AWARDED) | Q(solicitation__protest_windows__isnull=False)
    return rows.filter(decided, organization_id=actor.organization_id).distinct()


def no_ground(proposal: OpenedProposal) -> str:
    """Why this proposer has nothing to protest against, in words; "" when it was not awarded, or awarded less than it asked."""
    if window_of(proposal.solicitation) is None or proposal.solicitation.status != SolicitationState.AWARDED:
        return _("No award has been announced that could be protested.")
    awards = [a for a in Award.objects.filter(proposal=proposal, status__in=COUNTED) if a.amount is not None]
    if not awards:
        return ""
    got = sum((a.amount for a in awards if a.amount is not None), Decimal(0))
    if proposal.amount is not None and got < proposal.amount:
        return ""
    served = {area for a in awards for area in a.areas}
    if served and set(proposal.areas) - served:
        return ""
    return _("You were awarded what you asked for; there is nothing to protest against.")


def incumbents(row: Solicitation) -> QuerySet[Contract]:
    """The contracts a determination may extend: signed ones of the same department that have not ended."""
    day = today()
    runs = Q(ends_on__gte=day) | Q(amendments__status=AmendmentState.SIGNED, amendments__new_ends_on__gte=day)
    rows = Contract.objects.filter(
        runs, department_id=row.department_id, status=ContractState.SIGNED, ends_on__isnull=False
    )
    return rows.distinct().order_by("ends_on", "number")
