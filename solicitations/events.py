"""What this app announces. Ids and plain values only; `procurement_portal/handoffs.py` answers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from procurement_portal.events import Event


@dataclass(frozen=True, kw_only=True)
class SolicitationPublished(Event):
    """A notice went public."""

    solicitation_id: int


@dataclass(frozen=True, kw_only=True)
class AddendumIssued(Event):
    """A published notice changed. Proposers confirm again exactly the answers to these questions."""

    solicitation_id: int
    number: int
    question_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class InquiryAnswered(Event):
    """An answer became part of the public notice."""

    solicitation_id: int
    inquiry_id: int


@dataclass(frozen=True, kw_only=True)
class SolicitationClosed(Event):
    """The due instant has passed; nothing more is taken."""

    solicitation_id: int


@dataclass(frozen=True, kw_only=True)
class SolicitationCanceled(Event):
    """A solicitation ended without award, by decision."""

    solicitation_id: int
    was_public: bool


@dataclass(frozen=True, kw_only=True)
class ProposalStarted(Event):
    """An organization began an answer. Nobody outside the organization hears of it."""

    submission_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalSubmitted(Event):
    """A version was submitted. Nobody outside the organization and its partners hears of it before opening."""

    submission_id: int
    number: int
    in_advance: bool


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(Event):
    """The submitted version was withdrawn before the due hour."""

    submission_id: int


@dataclass(frozen=True, kw_only=True)
class PartnerInvited(Event):
    """Another organization was asked to take part in a proposal."""

    partner_id: int
    organization_id: int


@dataclass(frozen=True, kw_only=True)
class PartnerSigned(Event):
    """A partner's signatory signed its own part."""

    partner_id: int
    submission_id: int


@dataclass(frozen=True, kw_only=True)
class ContractExecuted(Event):
    """Both sides signed a contract."""

    contract_id: int
    award_id: int | None


@dataclass(frozen=True, kw_only=True)
class AmendmentInForce(Event):
    """Both sides signed an amendment."""

    amendment_id: int
    contract_id: int


@dataclass(frozen=True, kw_only=True)
class AwardAnnounced(Event):
    """The awards and the waiting list of a solicitation went public; `award_ids` are all rows made."""

    solicitation_id: int
    recommendation_id: int
    award_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class AwardAgreed(Event):
    """Both sides agreed to one version of scope and budget: the contract is made from it."""

    award_id: int
    version_id: int


@dataclass(frozen=True, kw_only=True)
class ProtestFiled(Event):
    """A protest suspends the awards of a solicitation."""

    solicitation_id: int
    protest_id: int


@dataclass(frozen=True, kw_only=True)
class ProtestDecided(Event):
    """A protest was decided. `outcome`: sustained or denied; `follows`: rescind, reevaluate, none, or "" when denied."""

    solicitation_id: int
    protest_id: int
    outcome: str
    follows: str


@dataclass(frozen=True, kw_only=True)
class IncumbentExtended(Event):
    """The chief procurement officer determined that a present contract is extended: the amendment is made from it."""

    determination_id: int
    contract_id: int
    until: date


@dataclass(frozen=True, kw_only=True)
class LegislatureDecided(Event):
    """The legislative body approved or rejected an award; a contract on its way goes on or ends."""

    award_id: int
