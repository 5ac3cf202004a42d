"""What follows a submission outside the request: the receipt on paper, the notices, the clock that stops."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from procurement_portal.clocks import actions as clocks
from procurement_portal.letters.receipt import HashedFile, HashedSection, Receipt, receipt_pdf
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.vault.sealing import seal
from solicitations.actions.submission import DUE_CLOCK, solicitation_moved
from solicitations.events import AddendumIssued
from solicitations.models.partner import Partner
from solicitations.models.receipt import ReceiptPaper, SubmittedVersion
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.answer import ConfirmAgain, Invited, Submitted
from solicitations.queries.submission import own, receipt_of, touched_by_addendum

PEOPLE = ("administrator", "signatory", "preparer")  # who hears of a proposal of their organization
AFTER_ADDENDUM = "solicitations.proposals_after_addendum"
_SYSTEM = Actor.system("after a submission")


def after_submit(*, version_id: int) -> None:
    """Tell the organization, stop its clock, make the receipt's PDF. Right when it runs twice."""
    version = SubmittedVersion.objects.select_related("by").get(pk=version_id)
    version.submission = own(_SYSTEM).get(pk=version.submission_id)
    submission = version.submission
    with transaction.atomic():
        clocks.stop(submission, DUE_CLOCK, "submitted", _SYSTEM)
        send(
            Submitted(
                submission_id=submission.pk,
                version=version.number,
                number=submission.solicitation.number,
                title=submission.solicitation.title,
                by=version.by.name,
                received_at=version.received_at,
                in_advance=version.in_advance,
                url=reverse("solicitations:proposal_receipt", args=[submission.pk, version.number]),
            ),
            to=recipients.organization(submission.organization_id, PEOPLE),
        )
        if not ReceiptPaper.objects.filter(version=version).exists():
            data = seal(submission.data_key, paper(version), submission.place(f"paper:{version.number}"))
            ReceiptPaper.objects.create(version=version, ciphertext=data)


def paper(version: SubmittedVersion) -> bytes:
    """The receipt as an accessible PDF."""
    data = receipt_of(version)
    told = json.loads(data)
    receipt, submission = told["receipt"], version.submission
    return receipt_pdf(
        Receipt(
            number=f"{submission.pk}-{version.number}",
            jurisdiction=submission.solicitation.department.jurisdiction,
            department=submission.solicitation.department.name,
            solicitation_number=receipt["solicitation"]["number"],
            solicitation_title=receipt["solicitation"]["title"],
            organization=receipt["organization"]["name"],
            signatory=receipt["signatory"]["name"],
            submitted_at=datetime.fromisoformat(receipt["received_at"]),
            due_at=datetime.fromisoformat(receipt["due_at"]),
            sections=[HashedSection(part["title"], part["sha256"]) for part in receipt["parts"]],
            files=[HashedFile(file["name"], file["size"], file["sha256"]) for file in receipt["files"]],
            signature=f"{told['key']}:{told['signature']}",
            json_sha256=hashlib.sha256(data).hexdigest(),
            verify_url=settings.PUBLIC_URL.rstrip("/") + reverse("solicitations:receipt_keys"),
        )
    )


def tell_partner(*, partner_id: int) -> None:
    """Tell an organization that it was asked to take part."""
    partner = Partner.objects.select_related("submission__solicitation", "submission__organization").get(pk=partner_id)
    solicitation = partner.submission.solicitation
    assert solicitation.due_at is not None
    with transaction.atomic():
        send(
            Invited(
                partner_id=partner.pk,
                lead=partner.submission.organization.name,
                number=solicitation.number,
                title=solicitation.title,
                due_at=solicitation.due_at,
                url=reverse("solicitations:part", args=[partner.pk]),
            ),
            to=recipients.organization(partner.organization_id, PEOPLE),
        )


def on_addendum(event: AddendumIssued) -> None:
    """An addendum was issued: what it means for proposals is worked out outside the officer's request."""
    enqueue(
        AFTER_ADDENDUM,
        key=f"{AFTER_ADDENDUM}:{event.solicitation_id}:{event.number}",
        solicitation_id=event.solicitation_id,
        number=event.number,
        question_ids=list(event.question_ids),
    )


def after_addendum(*, solicitation_id: int, number: int, question_ids: list[int]) -> None:
    """Tell everyone whose answers an addendum touched; move clocks and consents with the due date."""
    solicitation = Solicitation.objects.get(pk=solicitation_id)
    assert solicitation.due_at is not None
    with transaction.atomic():
        for submission in touched_by_addendum(solicitation_id, tuple(question_ids)):
            send(
                ConfirmAgain(
                    submission_id=submission.pk,
                    addendum=number,
                    number=solicitation.number,
                    title=solicitation.title,
                    is_submitted=submission.status == "submitted",
                    url=reverse("solicitations:proposal", args=[submission.pk]),
                ),
                to=recipients.organization(submission.organization_id, PEOPLE),
            )
    solicitation_moved(solicitation_id=solicitation_id, due_at=solicitation.due_at, why=f"Addendum {number}")
