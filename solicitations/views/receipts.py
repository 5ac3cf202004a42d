"""Receipts: the page, the signed file, the PDF, the answers they speak of, and the public keys."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.vault.signing import published_keys
from procurement_portal.web.pieces import Fact
from procurement_portal.web.shell import Crumb
from solicitations.models.receipt import ReceiptPaper, SubmittedVersion, canonical
from solicitations.models.submission import Submission
from solicitations.queries.submission import own, paper_of, receipt_of, snapshot_of, versions
from solicitations.views.answers import crumbs


def _version(request: HttpRequest, pk: int, number: int) -> tuple[Submission, SubmittedVersion]:
    submission = found_or_404(own(actor_of(request)), pk=pk)
    version = found_or_404(versions(submission), number=number)
    version.submission = submission
    return submission, version


@requires("proposals.view")
@require_safe
def page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One submitted version: what was received, when, by whom, every hash, the signature."""
    submission, version = _version(request, pk, number)
    crumbs(request, submission, Crumb(_("Receipt %(number)d") % {"number": number}))
    told = json.loads(receipt_of(version))
    receipt = told["receipt"]
    facts = [
        Fact(_("Receipt"), f"{pk}-{number}"), Fact(_("Answers"), len(receipt["parts"])),
        Fact(_("Files"), len(receipt["files"])), Fact(_("Signed by"), receipt["signatory"]["name"]),
    ]  # fmt: skip
    return render(
        request, "solicitations/receipts/page.html",
        {
            "submission": submission, "version": version, "receipt": receipt, "facts": facts, "signature": told["signature"],
            "key": told["key"], "has_paper": ReceiptPaper.objects.filter(version=version).exists(),
            "stands": submission.status == "submitted" and submission.number == number,
        },
    )  # fmt: skip


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@requires("proposals.view")
@require_safe
def signed_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The receipt as the file `verify_receipt` takes."""
    _submission, version = _version(request, pk, number)
    return _file(receipt_of(version), "application/json", f"receipt-{pk}-{number}.json")


@requires("proposals.view")
@require_safe
def answers_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The answers of a submitted version, as the receipt's fingerprints count them."""
    _submission, version = _version(request, pk, number)
    return _file(canonical(snapshot_of(version)), "application/json", "answers.json")


@requires("proposals.view")
@require_safe
def pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The receipt as PDF, once the worker has made it."""
    submission, version = _version(request, pk, number)
    paper = ReceiptPaper.objects.filter(version=version).first()
    if paper is None:
        raise Http404
    paper.version = version
    return _file(paper_of(paper), "application/pdf", f"receipt-{pk}-{number}.pdf")


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that receipts are verified with, for anybody."""
    return JsonResponse(published_keys())


patterns = [
    path("our-answers/<int:pk>/receipts/<int:number>/", page, name="proposal_receipt"),
    path("our-answers/<int:pk>/receipts/<int:number>/receipt.json", signed_file, name="proposal_receipt_file"),
    path("our-answers/<int:pk>/receipts/<int:number>/answers.json", answers_file, name="proposal_answers_file"),
    path("our-answers/<int:pk>/receipts/<int:number>/receipt.pdf", pdf, name="proposal_receipt_pdf"),
    path("receipts/public-key", keys, name="receipt_keys"),
]
