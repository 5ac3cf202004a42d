"""What people are told about a contract on its way to execution, its signatures and its amendments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice
from solicitations.states import ContractStepKind
from solicitations.workflow.execution import STEPS


@dataclass(frozen=True, kw_only=True)
class OfContract(Notice):
    """What every notice about a contract names."""

    category = Category.SOLICITATIONS

    number: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StepWaits(OfContract):
    """A step is open and waits for a desk or for the organization."""

    kind = "solicitations.contract_step_waits"
    template = "contract_step_waits"

    step_id: int
    turn: int  # how often it came: again after a return was answered or a document was voided
    step: str  # its kind: the words are in the reader's language
    amendment: int  # the number of the amendment; 0 is the contract itself
    due_at: datetime

    @property
    def key(self) -> str:
        return f"contract_step:{self.step_id}:{self.turn}"

    def subject(self) -> str:
        return gettext("%(what)s: %(number)s") % {"what": STEPS[self.step].act, "number": self.number}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "what": str(STEPS[self.step].act)}


@dataclass(frozen=True, kw_only=True)
class StepReturned(OfContract):
    """A step was sent back for something."""

    kind = "solicitations.contract_step_returned"
    template = "contract_step_returned"

    return_id: int
    step: str  # its kind
    by: str
    why: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"step_return:{self.return_id}"

    def subject(self) -> str:
        return gettext("Back to you: %(step)s, %(number)s") % {"step": self._label, "number": self.number}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "step": self._label}

    @property
    def _label(self) -> str:
        return str(ContractStepKind(self.step).label)


@dataclass(frozen=True, kw_only=True)
class PaperVoided(OfContract):
    """A document that could be signed was voided, openly; what was signed on it no longer counts."""

    kind = "solicitations.contract_paper_voided"
    template = "contract_paper_voided"
    legal = True

    paper_id: int
    by: str
    why: str
    signatures: int

    @property
    def key(self) -> str:
        return f"contract_paper:{self.paper_id}"

    def subject(self) -> str:
        return gettext("The document of %(number)s was replaced") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class Signed(OfContract):
    """The other side signed."""

    kind = "solicitations.contract_signed"
    template = "contract_signed"

    signature_id: int
    by: str
    signed_at: datetime

    @property
    def key(self) -> str:
        return f"signature:{self.signature_id}"

    def subject(self) -> str:
        return gettext("Signed by %(by)s: %(number)s") % {"by": self.by, "number": self.number}


@dataclass(frozen=True, kw_only=True)
class Executed(OfContract):
    """Both sides signed: the contract, or an amendment of it, is in force."""

    kind = "solicitations.contract_executed"
    template = "contract_executed"
    legal = True

    paper_id: int
    amendment: int  # its number; 0 is the contract itself
    signed_at: datetime

    @property
    def key(self) -> str:
        return f"contract_paper:{self.paper_id}"

    def subject(self) -> str:
        if self.amendment:
            return gettext("Amendment %(amendment)s of %(number)s is in force") % {
                "amendment": self.amendment, "number": self.number,
            }  # fmt: skip
        return gettext("Executed: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class ContractEnded(OfContract):
    """A contract or an amendment will not be signed."""

    kind = "solicitations.contract_not_signed"
    template = "contract_not_signed"
    legal = True

    contract_id: int
    amendment: int
    by: str
    why: str

    @property
    def key(self) -> str:
        return f"contract:{self.contract_id}:{self.amendment}"

    def subject(self) -> str:
        return gettext("Will not be signed: %(number)s") % {"number": self.number}
