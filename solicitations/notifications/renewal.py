"""What people are told about the end of a term, renewals that are offered, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext

from solicitations.notifications.contract import OfContract


@dataclass(frozen=True, kw_only=True)
class TermEnds(OfContract):
    """To the department's desk: it is time to decide whether a contract is renewed or ends."""

    kind = "solicitations.term_ends"
    template = "term_ends"

    contract_id: int
    ends_on: date
    due_at: datetime
    renewals_left: int

    @property
    def key(self) -> str:
        return f"contract:{self.contract_id}:{self.ends_on.isoformat()}"

    def subject(self) -> str:
        return gettext("Renew or let end: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class OfEnd(OfContract):
    """To the organization, about the decision that its contract ends."""

    legal = True

    decision_id: int
    ends_on: date
    by: str
    why: str

    @property
    def key(self) -> str:
        return f"end_decision:{self.decision_id}"


@dataclass(frozen=True, kw_only=True)
class EndDecided(OfEnd):
    """The contract is not renewed."""

    kind = "solicitations.end_decided"
    template = "end_decided"

    def subject(self) -> str:
        return gettext("%(number)s ends and is not renewed") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class EndTakenBack(OfEnd):
    """It is open again whether the contract is renewed."""

    kind = "solicitations.end_taken_back"
    template = "end_taken_back"

    def subject(self) -> str:
        return gettext("The end of %(number)s is open again") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class RenewalOffered(OfContract):
    """To the organization: terms as last year's with these changes, to confirm or to answer."""

    kind = "solicitations.renewal_offered"
    template = "renewal_offered"
    legal = True

    offer_id: int
    again: bool  # terms were sent before
    amount_change: Decimal
    new_ends_on: date | None
    note: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"renewal_offer:{self.offer_id}"

    def subject(self) -> str:
        return gettext("Confirm the terms: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class RenewalAnswered(OfContract):
    """To the department: the organization confirmed, asked for changes, or what it confirmed can no longer be had."""

    kind = "solicitations.renewal_answered"
    template = "renewal_answered"

    offer_id: int
    outcome: str  # "confirmed", "changes" or "held"
    organization: str
    words: str  # what it wants changed, or why it cannot be had

    @property
    def key(self) -> str:
        return f"renewal_offer:{self.offer_id}"

    def subject(self) -> str:
        told = {"number": self.number}
        if self.outcome == "confirmed":
            return gettext("Terms confirmed: %(number)s") % told
        if self.outcome == "changes":
            return gettext("Changes asked for: %(number)s") % told
        return gettext("Confirmed, but it cannot be had: %(number)s") % told


@dataclass(frozen=True, kw_only=True)
class RenewalDropped(OfContract):
    """To the organization: what was offered is off, for a reason."""

    kind = "solicitations.renewal_dropped"
    template = "renewal_dropped"
    legal = True

    item_id: int
    by: str
    why: str

    @property
    def key(self) -> str:
        return f"renewal_item:{self.item_id}"

    def subject(self) -> str:
        return gettext("No longer offered: the change of %(number)s") % {"number": self.number}
