"""The words stored in the database: states, methods, kinds. Each has the name people read."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SolicitationState(StrEnum):
    """Where a solicitation is. From `opened` on, the states belong to evaluation and award."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    CLOSED = "closed"
    OPENED = "opened"
    UNDER_EVALUATION = "under_evaluation"
    RECOMMENDED = "recommended"
    AWARDED = "awarded"
    CLOSED_WITHOUT_AWARD = "closed_without_award"
    CANCELED = "canceled"


# Everything the public may see; a canceled one only if it had been published.
PUBLIC_STATES = tuple(s for s in SolicitationState if s not in (SolicitationState.DRAFT, SolicitationState.IN_REVIEW))
AFTER_CLOSING = tuple(s for s in PUBLIC_STATES if s not in (SolicitationState.PUBLISHED, SolicitationState.CANCELED))
BEFORE_PUBLICATION = (SolicitationState.DRAFT, SolicitationState.IN_REVIEW)


class AddendumState(StrEnum):
    """Where an addendum is."""

    DRAFTED = "drafted"
    IN_REVIEW = "in_review"
    ISSUED = "issued"
    DISCARDED = "discarded"


class InquiryState(StrEnum):
    """Where a question about a solicitation is."""

    ASKED = "asked"
    ANSWERED = "answered"
    PUBLISHED = "published"


class ContractState(StrEnum):
    """Where a contract is. `draft`: on its way through the desks; `signed`: executed by both sides."""

    DRAFT = "draft"
    IN_SIGNATURE = "in_signature"
    SIGNED = "signed"
    ABANDONED = "abandoned"  # never signed; the reason stands in its history
    ENDED = "ended"
    TERMINATED = "terminated"


class Method(TextChoices):
    """How offers are asked for."""

    RFP = "rfp", _("Request for proposals")
    COMPETITIVE_BID = "competitive_bid", _("Competitive bid")
    NEGOTIATED = "negotiated", _("Negotiated")


class ServiceCategory(TextChoices):
    """What is bought, in the words people search by."""

    YOUTH_EMPLOYMENT = "youth_employment", _("Youth employment")
    VICTIM_SERVICES = "victim_services", _("Violence-victim services")
    VIOLENCE_PREVENTION = "violence_prevention", _("Violence prevention")
    SENIOR_MEALS = "senior_meals", _("Senior meals")
    SENIOR_SERVICES = "senior_services", _("Senior services")
    CHILD_CARE = "child_care", _("Child care and early learning")
    AFTER_SCHOOL = "after_school", _("After-school programs")
    WORKFORCE = "workforce", _("Job training and placement")
    EDUCATION = "education", _("Education")
    HOUSING = "housing", _("Emergency shelter and housing")
    HEALTH = "health", _("Health care")
    BEHAVIORAL_HEALTH = "behavioral_health", _("Behavioral health")
    REENTRY = "reentry", _("Reentry services")
    LEGAL_AID = "legal_aid", _("Legal aid")
    IMMIGRANT_SERVICES = "immigrant_services", _("Immigrant and refugee services")
    DISABILITY_SERVICES = "disability_services", _("Disability services")
    FOOD_ACCESS = "food_access", _("Food access")
    ARTS = "arts", _("Arts and culture")
    PROFESSIONAL_SERVICES = "professional_services", _("Professional services")
    GOODS = "goods", _("Goods")
    OTHER = "other", _("Other services")


class ContractKind(TextChoices):
    """The kinds the scope rule knows (`solicitations.program_scope`)."""

    CONTRACT = "contract", _("Contract")
    LEASE = "lease", _("Lease of real property")
    COLLECTIVE_BARGAINING = "collective_bargaining", _("Collective bargaining agreement")


class AwardedBy(TextChoices):
    """Who awards, as the scope rule asks it."""

    DEPARTMENT = "department", _("A department or officer")
    CITY_COUNCIL = "city_council", _("The City Council itself")


class FundingSource(TextChoices):
    """Where the money comes from."""

    FEDERAL = "federal", _("Federal grant")
    STATE = "state", _("State grant")
    CITY = "city", _("City funds")
    COUNTY = "county", _("County funds")
    PRIVATE = "private", _("Private grant or gift")


class UnconfirmedRule(TextChoices):
    """What happens at opening with an answer an addendum touched and nobody confirmed again. Printed in the notice."""

    MARK = "mark", _("The answer counts as submitted and is marked “not confirmed after addendum” for the evaluators.")
    NOT_SCORED = "not_scored", _("The answer stays in the proposal but earns no points.")
    CLARIFY = (
        "clarify",
        _("We ask the proposer once to confirm within three business days; without an answer it is marked."),
    )


class QuestionKind(TextChoices):
    """What an answer is made of."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    TABLE = "table", _("Table")
    FILE = "file", _("File")
    BUDGET = "budget", _("Budget")


class Marking(TextChoices):
    """What an answer is for."""

    SCORED = "scored", _("Scored")
    ELIGIBILITY = "eligibility", _("Pass or fail eligibility")
    INFORMATION = "information", _("Information only")


class LibraryKind(TextChoices):
    """What a library item is."""

    CRITERION = "criterion", _("Criterion")
    TEMPLATE = "template", _("Template")


class ParticipantPart(TextChoices):
    """What an organization is in a contract."""

    PRIME = "prime", _("Prime contractor")
    VENTURER = "venturer", _("Joint venture partner")
    SUBCONTRACTOR = "subcontractor", _("Subcontractor")
    FISCAL_SPONSOR = "fiscal_sponsor", _("Fiscal sponsor")


class AmendmentKind(TextChoices):
    """What an amendment changes."""

    AMOUNT = "amount", _("Amount")
    TERM = "term", _("Term")
    SCOPE = "scope", _("Scope of services")
    RENEWAL = "renewal", _("Renewal")


class SubmissionKind(TextChoices):
    """What an organization hands in."""

    PROPOSAL = "proposal", _("Proposal")
    BID = "bid", _("Bid")


class SubmissionStatus(StrEnum):
    """Where a proposal or bid is. The working copy can be changed in each of them until the due instant."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    LATE = "late"  # never submitted in time; what came late is kept as evidence


class EnvelopeKind(StrEnum):
    """What is opened together."""

    WHOLE = "whole"
    TECHNICAL = "technical"
    PRICE = "price"


class LateAct(StrEnum):
    """What somebody tried after the due instant."""

    SAVE = "save"
    FILE = "file"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"


class PartnerRole(TextChoices):
    """What another organization is in a proposal."""

    FISCAL_SPONSOR = "fiscal_sponsor", _("Fiscal sponsor")
    PARTNER = "partner", _("Partner")
    SUBCONTRACTOR = "subcontractor", _("Subcontractor")


# --- Evaluation -----------------------------------------------------------------------------------------------------------


class EvaluationState(StrEnum):
    """Where an evaluation is."""

    PREPARING = "preparing"  # panel, teams, declarations
    SCORING = "scoring"
    CONSENSUS = "consensus"
    RANKED = "ranked"


class PanelPart(TextChoices):
    """What a person does on a panel."""

    CHAIR = "chair", _("Chair")
    EVALUATOR = "evaluator", _("Evaluator")
    GUEST = "guest", _("Guest evaluator from the community")


class ConflictGround(TextChoices):
    """How a conflict arises, or how it was found."""

    NONE = "none", _("No conflict")
    BOARD = "board", _("Board or leadership")
    EMPLOYMENT = "employment", _("Employment")
    FAMILY = "family", _("Family")
    FINANCIAL = "financial", _("Financial interest")
    OTHER = "other", _("Other reason")
    FOUND_MEMBER = "found_member", _("Found by the portal: has an account with the organization")
    FOUND_BOARD = "found_board", _("Found by the portal: named on its board")


class ConflictOutcome(TextChoices):
    """What an officer decides on a conflict the portal found by a name."""

    UPHELD = "upheld", _("It is the same person")
    CLEARED = "cleared", _("It is another person")


# --- Recommendation and award ---------------------------------------------------------------------------------------------


class RecommendationState(StrEnum):
    """Where a recommendation is."""

    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    RETURNED = "returned"
    OVERTURNED = "overturned"  # a protest was sustained and the answers are evaluated again


class RecommendedOutcome(TextChoices):
    """What is recommended for a proposal."""

    AWARD = "award", _("Award")
    WAITING_LIST = "waiting_list", _("Waiting list")
    NO_AWARD = "no_award", _("No award")


class ApprovalStep(TextChoices):
    """The approval chain, in its order."""

    BUDGET = "budget", _("Budget review")
    PROCUREMENT = "procurement", _("Procurement review")
    CHIEF = "chief", _("Chief Procurement Officer")


class ApprovalOutcome(TextChoices):
    """What a step decided."""

    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")


class AwardState(StrEnum):
    """Where an award is."""

    ANNOUNCED = "announced"  # the protest window runs, or a protest is open
    NEGOTIATING = "negotiating"
    AGREED = "agreed"  # both sides agreed to one version; the contract is made
    CONTRACTED = "contracted"
    WAITING = "waiting"
    DECLINED = "declined"  # by the organization
    RESCINDED = "rescinded"  # by the department, also when a protest was sustained
    LAPSED = "lapsed"  # the waiting list ended


class Side(TextChoices):
    """Who speaks or signs."""

    ORGANIZATION = "organization", _("The organization")
    DEPARTMENT = "department", _("The department")


class LegislativeResult(TextChoices):
    """What the legislative body did."""

    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DEFERRED = "deferred", _("Deferred to another meeting")


class LetterKind(TextChoices):
    """What a decision letter tells."""

    AWARD = "award", _("Award")
    WAITING = "waiting", _("Waiting list")
    REGRET = "regret", _("Regret and debrief")


class ProtestState(StrEnum):
    """Where a protest is."""

    FILED = "filed"
    SUSTAINED = "sustained"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class ProtestFollows(TextChoices):
    """What follows from a sustained protest."""

    RESCIND = "rescind", _("The named awards are rescinded")
    REEVALUATE = "reevaluate", _("All awards end and the answers are evaluated again")
    NONE = "none", _("The awards stand")


class DeterminationKind(TextChoices):
    """What the chief procurement officer lets happen while a protest is open."""

    PROCEED = "proceed", _("The award proceeds")
    EXTEND_INCUMBENT = "extend_incumbent", _("The present contract is extended")


# --- Execution ------------------------------------------------------------------------------------------------------------


class AmendmentState(StrEnum):
    """Where an amendment is."""

    DRAFT = "draft"
    IN_SIGNATURE = "in_signature"
    SIGNED = "signed"
    DROPPED = "dropped"


class ContractStepKind(TextChoices):
    """A step on the way to execution."""

    DOCUMENTS = "documents", _("Documents from the organization")
    INSURANCE = "insurance", _("Insurance check")
    DISCLOSURE = "disclosure", _("Economic disclosure check")
    BUDGET = "budget", _("Budget review")
    LAW = "law", _("Law review")
    LEGISLATIVE = "legislative", _("Legislative approval")
    SIGN_ORG = "sign_org", _("Signature of the organization")
    SIGN_DEPT = "sign_dept", _("Signature of the department")


class StepOutcome(TextChoices):
    """How a step ended."""

    PASSED = "passed", _("Passed")
    NOT_NEEDED = "not_needed", _("Not needed")


class RenewalState(StrEnum):
    """Where one contract of a batch of renewals is."""

    DRAFT = "draft"
    SENT = "sent"
    ASKED = "asked"  # the organization asks for changes
    CONFIRMED = "confirmed"  # its amendment goes its own way
    DROPPED = "dropped"


class OfferAnswer(TextChoices):
    """What became of the terms that were sent."""

    CONFIRMED, CHANGES = ("confirmed", _("Confirmed")), ("changes", _("Asked for changes"))
    WITHDRAWN = "withdrawn", _("Withdrawn")
