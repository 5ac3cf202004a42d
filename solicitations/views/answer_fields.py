"""Single fields of a proposal: the address a field saves itself to, what is missing, confirmations, files."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.documents.queries import vault_of
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import autosave, htmx
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import answer as answers
from solicitations.actions import attachment as attachments
from solicitations.actions import budget as budgets
from solicitations.forms.answer import controls_of, given_in, line_controls, line_given
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.submission import own
from solicitations.states import QuestionKind
from solicitations.views.answers import crumbs, read, version_in


@requires("proposals.view")
@require_POST
def save_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one field that saves itself: an answer (q-KEY) or a budget line (b-KEY.LINE). See `web.autosave`."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    try:
        sent = autosave.read(request)
        kind, _dash, rest = sent.field.partition("-")
        key, _dot, line = rest.partition(".")
        question = _question(submission, key)
        if kind == "b" and question.kind == QuestionKind.BUDGET and line:
            saved = budgets.save_line(
                actor=actor, submission=submission, question=question, key=line,
                given=line_given(question, line, sent.data), base_version=version_in(sent.version),
            )  # fmt: skip
        elif kind == "q" and not line:
            saved = answers.save(
                actor=actor, submission=submission, question=question, given=given_in(question, sent.data),
                base_version=version_in(sent.version),
            )  # fmt: skip
        else:
            raise Http404
    except Conflict as conflict:
        theirs = conflict.current
        assert isinstance(theirs, answers.Theirs)
        held = line_controls(question, theirs.value, line) if line else controls_of(question, theirs.value)
        return autosave.conflict(theirs.version, held, theirs.who)
    except Invalid as invalid:
        return autosave.invalid([m for found in invalid.problems.values() for m in found])
    except Refused as refused:
        return autosave.refused(refused.reason)
    return autosave.saved(saved.version, saved.at)


def _question(submission: Submission, key: str) -> Question:
    try:
        return Question.objects.get(solicitation_id=submission.solicitation_id, key=key, withdrawn_at=None)
    except (Question.DoesNotExist, ValidationError, ValueError):
        raise Http404 from None


@requires("proposals.view")
@require_safe
def missing_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, as a page and as the fragment that renews itself after each save."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    crumbs(request, submission, Crumb(_("What is missing")))
    copy, lacking = read(submission)
    return htmx.reply(
        request, "solicitations/answers/missing.html", "solicitations/answers/_missing.html",
        {"submission": submission, "missing": lacking, "draft": copy, "folded": "folded" in request.GET},
    )  # fmt: skip


@requires("proposals.edit")
@require_POST
def confirm(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """Confirm an answer after an addendum."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    question = found_or_404(Question.objects.filter(solicitation_id=submission.solicitation_id), pk=question_id)
    answers.confirm(
        actor=actor_of(request), submission=submission, question=question,
        seen_revision=version_in(request.POST.get("revision", "")),
    )  # fmt: skip
    messages.success(request, _("Your answer is confirmed."))
    return htmx.redirect(request, back_to(submission, question))


def back_to(submission: Submission, question: Question) -> str:
    """The question on its page."""
    return reverse("solicitations:proposal_section", args=[submission.pk, question.section_id]) + f"#q-{question.key}"


# --- Files ----------------------------------------------------------------------------------------------------------------


@requires("proposals.edit")
@require_POST
def add_file(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """A file from the computer, or one from the vault, as the answer to a file question."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    question = found_or_404(
        Question.objects.filter(solicitation_id=submission.solicitation_id, kind=QuestionKind.FILE), pk=question_id
    )
    upload, document = request.FILES.get("file"), request.POST.get("document", "")
    try:
        if upload is not None:
            attachments.attach_upload(
                actor=actor, submission=submission, question=question, upload=upload, name=upload.name or "",
                token=request.POST.get("token", "")[:64],
            )  # fmt: skip
        elif document:
            chosen = found_or_404(vault_of(actor, actor.organization_id), pk=document)  # type: ignore[arg-type]
            attachments.attach_from_vault(actor=actor, submission=submission, question=question, document=chosen)
        else:
            raise Invalid(_("Choose a file or one of your documents."))
    except Invalid as invalid:
        for found in invalid.problems.values():
            for message in found:
                messages.error(request, message)
    else:
        messages.success(request, _("The file is here. It counts from now; we check it for viruses in the background."))
    return htmx.redirect(request, back_to(submission, question))


@requires("proposals.edit")
@require_POST
def remove_file(request: HttpRequest, pk: int, attachment_id: int) -> HttpResponse:
    """Take a file out of the working copy."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    attachment = found_or_404(submission.attachments.select_related("question"), pk=attachment_id)
    attachments.detach(actor=actor_of(request), submission=submission, attachment=attachment)
    messages.success(request, _("The file is taken out."))
    return htmx.redirect(request, back_to(submission, attachment.question))


patterns = [
    path("our-answers/<int:pk>/save/", save_field, name="proposal_save"),
    path("our-answers/<int:pk>/missing/", missing_list, name="proposal_missing"),
    path("our-answers/<int:pk>/confirm/<int:question_id>/", confirm, name="proposal_confirm"),
    path("our-answers/<int:pk>/files/<int:question_id>/", add_file, name="proposal_file"),
    path("our-answers/<int:pk>/files/<int:attachment_id>/remove/", remove_file, name="proposal_file_remove"),
]
