"""Running contracts near the end of their term, batches of their renewals, and what becomes of them, by the real actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from procurement_portal.people.models.body import Organization
from procurement_portal.time import clock
from solicitations.actions import renewal
from solicitations.models.contract import Contract
from solicitations.models.renewal import RenewalBatch, RenewalItem
from solicitations.queries.renewal_terms import Change
from solicitations.states import ContractState
from tests.cast import Cast
from tests.factories import ways


def running(cast: Cast, organization: Organization | None = None, days: int = 90, **changes: Any) -> Contract:
    """An executed contract of Family Services, $120,000 for a year that ends in so many days; one renewal of 12 months is left."""
    ends_on = clock.today() + timedelta(days=days)
    facts: dict[str, Any] = {
        "status": ContractState.SIGNED, "signed_at": clock.now() - timedelta(days=300), "ends_on": ends_on,
        "starts_on": ends_on - timedelta(days=364), "original_amount": Decimal("120000.00"),
        "terms": {"scope": "Sixty summer jobs.", "budget": [], "conditions": ""}, **changes,
    }  # fmt: skip
    return ways.contract(cast, organization, **facts)


def batch(cast: Cast, contracts: Sequence[Contract], **changes: Any) -> RenewalBatch:
    """A batch by Dora of these contracts: renewed for the months they were advertised with, three percent more than last year."""
    given: dict[str, Any] = {"kind": "renewal", "percent": Decimal(3), **changes}
    return renewal.begin(
        actor=cast.dora.actor, contract_ids=[c.pk for c in contracts], title="Renewals of summer jobs",
        reason="As advertised, with the cost of living.", change=Change(**given),
    )  # fmt: skip


def item(contract: Contract) -> RenewalItem:
    """The contract's newest place in a batch, as it is now."""
    return RenewalItem.objects.filter(contract=contract).latest("pk")


def sent(cast: Cast, contracts: Sequence[Contract], **changes: Any) -> RenewalBatch:
    """The same, sent by Dora."""
    made = batch(cast, contracts, **changes)
    renewal.send(actor=cast.dora.actor, batch_id=made.pk)
    return made
