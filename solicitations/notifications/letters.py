"""What a proposer hears when the decision is announced."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class OutcomeKnown(Notice):
    """The decision on one's proposal, with the way to the debrief."""

    kind = "solicitations.outcome_known"
    template = "outcome_known"
    category = Category.PROPOSALS
    legal = True

    letter_id: int
    outcome: str
    number: str
    title: str
    protest: str

    @property
    def key(self) -> str:
        return f"letter:{self.letter_id}"

    def subject(self) -> str:
        return gettext("The decision on your proposal for %(number)s") % {"number": self.number}
