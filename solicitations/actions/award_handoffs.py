"""What follows from an award's events for its contract, in the same transaction. Listed in `handoffs.py`."""

from __future__ import annotations

from solicitations.actions import amendment, contract
from solicitations.events import AwardAgreed, IncumbentExtended, LegislatureDecided


def on_agreed(event: AwardAgreed) -> None:
    """Both sides agreed: the contract is made from the version, or its button waits on the award's page."""
    contract.make_when_agreed(award_id=event.award_id)


def on_extended(event: IncumbentExtended) -> None:
    """A determination extends a present contract: its amendment is drafted."""
    amendment.extend_incumbent(determination_id=event.determination_id)


def on_legislature(event: LegislatureDecided) -> None:
    """The legislative body decided: its step of the contract ends, or the contract does."""
    contract.legislature_decided(award_id=event.award_id)
