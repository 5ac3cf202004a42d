"""Files as answers: uploaded, or taken from the vault; taken out again. A file counts from its last byte, before any scan."""

from __future__ import annotations

from django.core.files.base import File as DjangoFile
from django.utils.translation import gettext as _

from procurement_portal.documents import actions as documents
from procurement_portal.documents import queries as vault
from procurement_portal.documents.models import Document, File
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid
from solicitations.actions.freeze import keep_complete, sealed_json
from solicitations.actions.working_copy import Held, in_time_or_kept, touch
from solicitations.models.answer import Answer, Attachment
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.submission import answer_place
from solicitations.states import LateAct

# The solicitation's words for kinds of file → endings we take.
ENDINGS: dict[str, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "word": (".docx",),
    "spreadsheet": (".xlsx", ".csv"),
    "image": (".jpg", ".jpeg", ".png"),
}


def endings(question: Question) -> tuple[str, ...]:
    """What endings a file question takes."""
    return tuple(ending for kind in question.options["kinds"] for ending in ENDINGS[kind])


def attach_upload(
    *, actor: Actor, submission: Submission, question: Question, upload: DjangoFile | bytes, name: str, token: str = ""
) -> Attachment:
    """Take an upload as (one of) the answers to a file question. Its key lies within the proposal's key.

    The file is stored first and noted as received; then it is bound to the question under the lock. A file that came
    late stays stored as evidence. Raises Invalid (kind, size, count, content), Late, Refused.
    """
    field = f"q-{question.key}"
    if not name.lower().endswith(endings(question)):
        raise Invalid({field: [_("We cannot take this kind of file. We take %(endings)s.") % {
            "endings": ", ".join(e.lstrip(".").upper() for e in endings(question))}]})  # fmt: skip
    size = len(upload) if isinstance(upload, bytes) else upload.size
    most = question.options["most_megabytes"] * 1_000_000
    if size > most:
        raise Invalid({field: [_("This file is too large. The limit is %(limit)d MB.") % {
            "limit": question.options["most_megabytes"]}]})  # fmt: skip
    file = documents.receive(actor, upload, name=name, token=token, within=submission.data_key, field=field)
    return _attach(actor, submission, question, file, {"file": file.pk, "name": file.name, "sha256": file.sha256})


def attach_from_vault(*, actor: Actor, submission: Submission, question: Question, document: Document) -> Attachment:
    """Use a document the organization already has. Raises Invalid for a kind the question does not take, Late, Refused."""
    allowed = vault.documents_of(actor).get(pk=document.pk)
    if not allowed.file.name.lower().endswith(endings(question)):
        raise Invalid({f"q-{question.key}": [_("This question does not take that kind of file.")]})
    return _attach(actor, submission, question, allowed.file, {"document": allowed.pk}, from_vault=True)


def _attach(
    actor: Actor, submission: Submission, question: Question, file: File, given: object, from_vault: bool = False
) -> Attachment:
    def work(held: Held) -> Attachment:
        standing = list(Attachment.objects.filter(submission=held.submission, question=question, removed_at=None))
        for attachment in standing:
            if attachment.file_id == file.pk:
                return attachment
        if len(standing) >= question.options["most_files"]:
            raise Invalid({f"q-{question.key}": [_("This question takes at most %(count)d files. Take one out first.") % {
                "count": question.options["most_files"]}]})  # fmt: skip
        attachment = Attachment.objects.create(
            submission=held.submission, question=question, file=file, added_by_id=held.actor.user_id
        )
        _mark(held, question)
        return attachment

    return in_time_or_kept(
        actor, submission.pk, "proposals.edit", LateAct.FILE, work, given=given, question=question,
        at=None if from_vault else file.received_at,
    )  # fmt: skip


def detach(*, actor: Actor, submission: Submission, attachment: Attachment) -> None:
    """Take a file out of the working copy; versions already submitted keep it. Raises Conflict when it is out, Late."""

    def work(held: Held) -> None:
        taken = Attachment.objects.filter(pk=attachment.pk, submission=held.submission, removed_at=None).update(
            removed_at=held.at, removed_by_id=held.actor.user_id
        )
        if not taken:
            raise Conflict(_("A colleague has already taken this file out."))
        _mark(held, attachment.question)
        record(held.actor, "proposal.detach", held.submission, after={"attachment": attachment.pk})

    in_time_or_kept(
        actor, submission.pk, "proposals.edit", LateAct.FILE, work, given={"detach": attachment.pk},
        question=attachment.question,
    )  # fmt: skip


def _mark(held: Held, question: Question) -> None:
    """Note who worked on the question when, and that its present wording was answered."""
    answer = Answer.objects.filter(submission=held.submission, question=question).first()
    version = answer.version + 1 if answer else 1
    row = {
        "ciphertext": sealed_json(held.submission, None, answer_place(question.key, version)),
        "version": version,
        "saved_at": held.at,
        "saved_by_id": held.actor.user_id,
        "confirmed_revision": question.revision,
    }
    if answer is None:
        Answer.objects.create(submission=held.submission, question=question, **row)
    else:
        Answer.objects.filter(pk=answer.pk).update(**row)
    touch(held)
    keep_complete(held)
