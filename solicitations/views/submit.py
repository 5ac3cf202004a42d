"""Review, attest, submit; withdraw; the consent to submit at the due hour."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import htmx, words
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import submission as submissions
from solicitations.actions.working_copy import Late, here
from solicitations.forms.answer import in_words
from solicitations.forms.partner import SignForm
from solicitations.forms.submit import SubmitForm, WithdrawForm
from solicitations.models.submission import Submission
from solicitations.queries.submission import advance_consent, own
from solicitations.views.answers import crumbs, is_open, read
from solicitations.views.budget import table_of


def _page(request: HttpRequest, submission: Submission, form: SubmitForm, status: int = 200) -> HttpResponse:
    actor = here(actor_of(request), submission)
    crumbs(request, submission, Crumb(_("Review and sign")))
    copy, lacking = read(submission)
    shown = [
        (section, [
            (part, in_words(part.question, part.value),
             table_of(part.question, part.lines) if part.lines else None)
            for part in section.parts
        ])
        for section in copy.sections
    ]  # fmt: skip
    return render(
        request, "solicitations/submit/review.html",
        {
            "submission": submission, "shown": shown, "draft": copy, "missing": lacking, "form": form,
            "is_open": is_open(submission), "may_submit": actor.can("proposals.submit"),
            "attestation": submissions.attestation_text(submission.organization.name),
            "same": submission.status == "submitted" and not submission.changed_since_submitted,
        },
        status=status,
    )  # fmt: skip


@requires("proposals.view")
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Every answer as it would be handed in, and the signature."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    form = SubmitForm(initial={"token": uuid.uuid4(), "content": submission.content_version})
    return _page(request, submission, form)


@requires("proposals.submit", step_up=True)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and submit; only a signatory who has just proved who they are."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, form, 422)
    data = form.cleaned_data
    try:
        version = submissions.submit(
            actor=actor, submission=submission, token=data["token"], typed_name=data["typed_name"],
            agreed=data["agreed"], seen_content=data["content"],
        )  # fmt: skip
    except Invalid as invalid:
        for name, found in invalid.problems.items():
            for message in found:
                form.add_error(name if name in form.fields else None, message)
        return _page(request, submission, form, 422)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return htmx.redirect(request, reverse("solicitations:proposal_review", args=[pk]))
    except Late as late:
        return _late(request, submission, late)
    return htmx.redirect(request, reverse("solicitations:proposal_receipt", args=[pk, version.number]))


def _late(request: HttpRequest, submission: Submission, late: Late) -> HttpResponse:
    crumbs(request, submission, Crumb(_("Too late")))
    return render(request, "solicitations/submit/late.html", {"submission": submission, "late": late}, status=403)


@requires("proposals.withdraw", step_up=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the submitted version back before the due hour."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submissions.withdraw(actor=actor, submission=submission, why=form.cleaned_data["why"])
        except Late as late:
            return _late(request, submission, late)
        messages.success(request, _("The answer is withdrawn. You can submit it again until the due hour."))
        return htmx.redirect(request, reverse("solicitations:proposal", args=[pk]))
    crumbs(request, submission, Crumb(_("Withdraw")))
    return render(request, "solicitations/submit/withdraw.html", {"submission": submission, "form": form})


@requires("proposals.submit", step_up=True)
def in_advance(request: HttpRequest, pk: int) -> HttpResponse:
    """Give or take back the consent that the portal submits the last complete version at the due hour."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    consent, form = advance_consent(submission), SignForm(request.POST or None)
    try:
        if request.method == "POST" and request.POST.get("act") == "revoke":
            submissions.revoke_advance(actor=actor, submission=submission)
            messages.success(request, _("The consent is taken back. Nothing is submitted unless you do it."))
            return htmx.redirect(request, reverse("solicitations:proposal", args=[pk]))
        if request.method == "POST" and form.is_valid():
            submissions.consent_in_advance(
                actor=actor, submission=submission, typed_name=form.cleaned_data["typed_name"],
                agreed=form.cleaned_data["agreed"],
            )  # fmt: skip
            due = words.instant(submission.solicitation.due_at)
            messages.success(request, _("We hand in your last complete version on %(due)s.") % {"due": due})
            return htmx.redirect(request, reverse("solicitations:proposal", args=[pk]))
    except Invalid as invalid:
        for name, found in invalid.problems.items():
            for message in found:
                form.add_error(name if name in form.fields else None, message)
    except Late as late:
        return _late(request, submission, late)
    crumbs(request, submission, Crumb(_("Submit at the due hour")))
    due_at = submission.solicitation.due_at
    text = submissions.advance_text(submission.organization.name, due_at) if due_at else ""
    return render(
        request, "solicitations/submit/in_advance.html",
        {"submission": submission, "form": form, "consent": consent, "text": text, "is_open": is_open(submission)},
    )  # fmt: skip


patterns = [
    path("our-answers/<int:pk>/review/", review, name="proposal_review"),
    path("our-answers/<int:pk>/submit/", submit, name="proposal_submit"),
    path("our-answers/<int:pk>/withdraw/", withdraw, name="proposal_withdraw"),
    path("our-answers/<int:pk>/at-the-due-hour/", in_advance, name="proposal_in_advance"),
]
