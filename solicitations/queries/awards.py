"""What was awarded: signed contracts with their participants, as far as they are public."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.contract import Contract, ContractParticipant
from solicitations.models.solicitation import Solicitation
from solicitations.states import ContractState

_PARTICIPANTS = Prefetch(
    "participants", ContractParticipant.objects.select_related("organization").order_by("-share_percent", "pk")
)
PUBLIC = (ContractState.SIGNED.value, ContractState.ENDED.value, ContractState.TERMINATED.value)


def decided(actor: Actor) -> QuerySet[Contract]:
    """Signed contracts, newest first, with whom they were signed; two queries for a page."""
    rows = Contract.objects.filter(status__in=PUBLIC).select_related("department", "solicitation")
    return rows.prefetch_related(_PARTICIPANTS).order_by("-signed_at", "-pk")


def awards_of(solicitation: Solicitation) -> list[Contract]:
    """The signed contracts of one solicitation, largest first."""
    rows = Contract.objects.filter(solicitation=solicitation, status__in=PUBLIC)
    return list(rows.prefetch_related(_PARTICIPANTS).order_by("-original_amount", "pk"))
