"""Who may see which proposal, and opening what they may see.

An organization sees its own proposals; a partner sees its own part (`parts`); staff see nothing at all, not even that a
proposal exists, until its envelope is opened (`opened`). Nothing else in the portal reads these tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.vault.sealing import open_sealed
from solicitations.models.answer import Answer
from solicitations.models.budget import BudgetLine
from solicitations.models.partner import Partner, PartnerConsent
from solicitations.models.receipt import ReceiptPaper, SubmittedVersion
from solicitations.models.submission import AdvanceConsent, Envelope, LateEvidence, Submission

if TYPE_CHECKING:
    from solicitations.models.solicitation import Solicitation

SCOPE_TYPE = "solicitations.submission"
DEPARTMENT_SCOPE = "people.department"  # a role for one department's matters reaches every answer to that department


def own(actor: Actor) -> QuerySet[Submission]:
    """The proposals of the actor's organization: all of them, or those a scoped role reaches."""
    rows = Submission.objects.select_related("solicitation", "solicitation__department", "organization", "data_key")
    if actor.is_system:
        return rows
    if actor.organization_id is None:
        return rows.none()
    rows = rows.filter(organization_id=actor.organization_id)
    return (
        rows
        if actor.can("proposals.view")
        else rows.filter(
            Q(pk__in=actor.reached("proposals.view", SCOPE_TYPE))
            | Q(solicitation__department_id__in=actor.reached("proposals.view", DEPARTMENT_SCOPE))
        )
    )


def may_start(actor: Actor, solicitation: Solicitation) -> bool:
    """Whether the actor's roles, everywhere or for this department's matters, let them begin an answer."""
    return actor.can("proposals.start", (DEPARTMENT_SCOPE, str(solicitation.department_id)))


def parts(actor: Actor) -> QuerySet[Partner]:
    """The partnerships of the actor's organization in other organizations' proposals, removed ones left out."""
    rows = Partner.objects.select_related(
        "organization", "submission__solicitation__department", "submission__organization", "submission__data_key"
    )
    if actor.is_system:
        return rows
    if actor.organization_id is None or not actor.can("proposals.view"):
        return rows.none()
    return rows.filter(organization_id=actor.organization_id, removed_at__isnull=True)


def opened(actor: Actor) -> QuerySet[Submission]:
    """What staff may see: proposals of their department (the CPO's: of all; the auditor's: of the departments and organizations an
    engagement in force today names) whose envelope was opened.

    Submitted in time, not withdrawn. What they say stands in the opened rows: `queries.opening`.
    """
    rows = Submission.objects.select_related("solicitation", "organization")
    rows = rows.filter(
        Exists(Envelope.objects.filter(submission=OuterRef("pk"), opened_at__isnull=False)), status="submitted"
    )
    officer = actor.is_staff and actor.can_as_officer("solicitations.view_internal")
    if actor.is_system or (officer and "chief_procurement_officer" in actor.roles):
        return rows
    reach = Q(solicitation__department_id__in=actor.audited("department")) | Q(
        organization_id__in=actor.audited("organization")
    )
    return rows.filter(reach | Q(solicitation__department_id=actor.department_id) if officer else reach)


def of_solicitation(actor: Actor, solicitation_id: int) -> Submission | None:
    """The actor's own proposal for a solicitation, if it was begun."""
    return own(actor).filter(solicitation_id=solicitation_id).first()


def versions(submission: Submission) -> QuerySet[SubmittedVersion]:
    """Its submitted versions, newest first. The caller has been allowed to see the submission."""
    return SubmittedVersion.objects.filter(submission=submission).select_related("by", "paper").order_by("-number")


def late_evidence(submission: Submission) -> QuerySet[LateEvidence]:
    """What came after the deadline, newest first."""
    return LateEvidence.objects.filter(submission=submission).select_related("by", "question").order_by("-id")


def advance_consent(submission: Submission) -> AdvanceConsent | None:
    """The open consent to submit at the deadline, if there is one."""
    return (
        AdvanceConsent.objects.filter(submission=submission, revoked_at__isnull=True, used_at__isnull=True)
        .select_related("given_by")
        .first()
    )


def touched_by_addendum(solicitation_id: int, question_ids: tuple[int, ...]) -> QuerySet[Submission]:
    """For the system: proposals with an answer to one of these questions."""
    answered = Answer.objects.filter(submission=OuterRef("pk"), question_id__in=question_ids)
    lines = BudgetLine.objects.filter(submission=OuterRef("pk"), question_id__in=question_ids)
    return Submission.objects.filter(Q(Exists(answered)) | Q(Exists(lines)), solicitation_id=solicitation_id)


# --- The deadline ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """The instant something arrived, by the database's clock."""

    at: datetime


def arrival() -> Arrival:
    """Asked once, as the first statement of the transaction that takes something: before any wait for a lock.

    So a person who was in time is not made late by a colleague's save that holds the row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_now()")
        return Arrival(cursor.fetchone()[0])


# --- Opening: the caller has been allowed to see the submission -----------------------------------------------------------


def opened_json(submission: Submission, sealed: bytes | memoryview, what: str) -> Any:
    """The JSON value of a sealing of this submission. Raises SealBroken, or SealClosed while it is sealed."""
    return json.loads(open_sealed(submission.data_key, sealed, submission.place(what)))


def answer_place(question_key: object, version: int) -> str:
    """Where an answer's ciphertext belongs: question and version, so that an older save cannot be put back unseen."""
    return f"question:{question_key}|{version}"


def line_place(question_key: object, partner_id: int | None, key: str, version: int) -> str:
    """Where a budget line's ciphertext belongs."""
    return f"budget:{question_key}|{partner_id or 0}|{key}|{version}"


def value_of(submission: Submission, answer: Answer) -> Any:
    """An answer's value."""
    return opened_json(submission, answer.ciphertext, answer_place(answer.question.key, answer.version))


def line_of(submission: Submission, line: BudgetLine) -> dict[str, Any]:
    """A budget line's value; an emptied line gives empty amounts."""
    value = opened_json(
        submission, line.ciphertext, line_place(line.question.key, line.partner_id, line.key, line.version)
    )
    return value or {"label": "", "request": None, "match": None, "why": ""}


def terms_of(submission: Submission, partner: Partner) -> dict[str, Any]:
    """What the lead proposes to a partner: role, share in percent as decimal text, what it will do, a secret number."""
    return opened_json(submission, partner.terms, f"terms:{partner.pk}|{partner.terms_version}")


def part_of(submission: Submission, partner: Partner) -> dict[str, Any] | None:
    """What a partner wrote itself."""
    if partner.part is None:
        return None
    return opened_json(submission, partner.part, f"part:{partner.pk}|{partner.part_version}")


def attestation_of(consent: AdvanceConsent) -> dict[str, Any]:
    """The name typed and the words signed in advance."""
    return opened_json(consent.submission, consent.attestation, "advance")


def latest_consents(submission: Submission) -> dict[int, PartnerConsent]:
    """The newest signature of each partner."""
    found: dict[int, PartnerConsent] = {}
    rows = PartnerConsent.objects.filter(partner__submission=submission).select_related("signed_by").order_by("id")
    for consent in rows:
        found[consent.partner_id] = consent
    return found


def snapshot_of(version: SubmittedVersion) -> dict[str, Any]:
    """A submitted version, whole."""
    return opened_json(version.submission, version.snapshot, f"version:{version.number}")


def receipt_of(version: SubmittedVersion) -> bytes:
    """The signed receipt, as its file."""
    submission = version.submission
    return open_sealed(submission.data_key, version.receipt, submission.place(f"receipt:{version.number}"))


def paper_of(paper: ReceiptPaper) -> bytes:
    """The receipt's PDF."""
    submission = paper.version.submission
    return open_sealed(submission.data_key, paper.ciphertext, submission.place(f"paper:{paper.version.number}"))
