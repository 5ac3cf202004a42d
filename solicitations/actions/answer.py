"""Save one answer; confirm an answer after an addendum. Nothing is overwritten in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid
from solicitations.actions.freeze import keep_complete, sealed_json
from solicitations.actions.working_copy import Held, in_time_or_kept, touch
from solicitations.models.answer import Answer, BadValue, normal
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.submission import answer_place, value_of
from solicitations.states import LateAct


@dataclass(frozen=True)
class Saved:
    """An acknowledged save: the version to base the next one on, and when it was saved by the database's clock."""

    version: int
    at: datetime
    value: Any


@dataclass(frozen=True)
class Theirs:
    """What stands in the way of a save: the value saved meanwhile, by whom, when."""

    value: Any
    version: int
    who: str
    at: datetime


def save(*, actor: Actor, submission: Submission, question: Question, given: Any, base_version: int) -> Saved:
    """Save what a person wrote as the answer to a question, based on the version they saw.

    Returns the acknowledged save; saving the same value again is the same success. Raises Conflict with `Theirs` when
    somebody saved another value since, Invalid for what is not an answer of this kind, Late after the deadline.
    """

    def work(held: Held) -> Saved:
        try:
            value = normal(question, given)
        except BadValue as bad:
            raise Invalid({f"q-{question.key}": bad.messages}) from bad
        answer = Answer.objects.select_related("saved_by").filter(submission=held.submission, question=question).first()
        if answer is not None:
            answer.question = question
            current = value_of(held.submission, answer)
            if answer.confirmed_revision == question.revision and current == value:
                return Saved(answer.version, answer.saved_at, value)
            if answer.version != base_version and not (current is None and base_version == 0):
                raise Conflict(
                    _("%(name)s saved another answer while you were writing.") % {"name": answer.saved_by.name},
                    Theirs(current, answer.version, answer.saved_by.name, answer.saved_at),
                )
        elif value is None:
            return Saved(0, held.at, None)
        return _write(held, question, answer, value)

    return in_time_or_kept(actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given=given, question=question)


def _write(held: Held, question: Question, answer: Answer | None, value: Any) -> Saved:
    submission, version = held.submission, (answer.version + 1 if answer else 1)
    row = {
        "ciphertext": sealed_json(submission, value, answer_place(question.key, version)),
        "version": version,
        "saved_at": held.at,
        "saved_by_id": held.actor.user_id,
        "confirmed_revision": question.revision,
    }
    if answer is None:
        Answer.objects.create(submission=submission, question=question, **row)
    else:
        Answer.objects.filter(pk=answer.pk).update(**row)
    touch(held)
    keep_complete(held)
    return Saved(version, held.at, value)


def confirm(*, actor: Actor, submission: Submission, question: Question, seen_revision: int) -> None:
    """Say that an answer still holds after an addendum changed its question.

    `seen_revision` is the wording the person read. Raises Conflict when a newer addendum came meanwhile, Late after the
    deadline. A submitted proposal stays submitted; what was confirmed counts once it is submitted again.
    """

    def work(held: Held) -> None:
        present = Question.objects.get(pk=question.pk)
        if present.revision != seen_revision:
            raise Conflict(_("The question changed again while you were reading it. Read it once more."), present)
        changed = Answer.objects.filter(
            submission=held.submission, question=present, confirmed_revision__lt=present.revision
        ).update(confirmed_revision=present.revision)
        if changed:
            touch(held)
            keep_complete(held)
            record(
                held.actor, "proposal.confirm_answer", held.submission,
                after={"question": str(present.key), "revision": present.revision},
            )  # fmt: skip

    in_time_or_kept(
        actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given={"confirm": seen_revision}, question=question
    )
