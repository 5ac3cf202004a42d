"""Save, add and empty lines of a budget. Each line is saved by itself, so that it can be filled one by one on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.answer import Saved, Theirs
from solicitations.actions.freeze import keep_complete, sealed_json
from solicitations.actions.working_copy import Held, in_time_or_kept, touch
from solicitations.models.answer import Answer, BadValue
from solicitations.models.budget import OWN_LINE, BudgetLine, line_value
from solicitations.models.partner import Partner
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.submission import line_of, line_place
from solicitations.states import LateAct


def save_line(
    *, actor: Actor, submission: Submission, question: Question, key: str, given: Mapping[str, Any], base_version: int
) -> Saved:
    """Save one line of the lead's budget (`request` and `match` in whole cents).

    `key` is a word of the solicitation's lines or own_N up to the number it allows. Raises Invalid, Conflict with
    `Theirs`, Late.
    """

    def work(held: Held) -> Saved:
        return write_line(held, question, key, given, base_version, None)

    return in_time_or_kept(
        actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given={key: dict(given)}, question=question
    )


def add_line(*, actor: Actor, submission: Submission, question: Question, given: Mapping[str, Any]) -> Saved:
    """Add a line the solicitation does not name. Raises Refused when no more may be added, Invalid, Late."""

    def work(held: Held) -> Saved:
        return write_line(held, question, next_own_key(held, question, None), given, 0, None)

    return in_time_or_kept(
        actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given={"new": dict(given)}, question=question
    )


def next_own_key(held: Held, question: Question, partner: Partner | None) -> str:
    """The first free key for an added line: emptied lines are used again. Raises Refused past the number allowed."""
    used = {
        line.key
        for line in BudgetLine.objects.filter(
            submission=held.submission, question=question, partner=partner
        ).select_related("question")
        if line.key.startswith(OWN_LINE) and any(v not in (None, "") for v in line_of(held.submission, line).values())
    }
    for number in range(1, question.options.get("extra_lines", 0) + 1):
        if f"{OWN_LINE}{number}" not in used:
            return f"{OWN_LINE}{number}"
    raise Refused(_("No more lines can be added to this budget."))


def write_line(
    held: Held,
    question: Question,
    key: str,
    given: Mapping[str, Any],
    base_version: int | None,
    partner: Partner | None,
) -> Saved:
    """Write a line of a held proposal; `base_version` None takes whatever stands (a line just added)."""
    _known_key(question, key)
    try:
        value = line_value(given)
    except BadValue as bad:
        raise Invalid({key: bad.messages}) from bad
    line = (
        BudgetLine.objects.select_related("saved_by")
        .filter(submission=held.submission, question=question, partner=partner, key=key)
        .first()
    )
    if line is not None:
        line.question = question
        current = line_of(held.submission, line)
        is_empty = all(v in (None, "") for v in current.values())
        if current == value or (value is None and is_empty):
            return Saved(line.version, line.saved_at, current)
        if line.version != base_version and not (is_empty and base_version == 0):
            raise Conflict(
                _("%(name)s changed this line while you were writing.") % {"name": line.saved_by.name},
                Theirs(current, line.version, line.saved_by.name, line.saved_at),
            )
    elif value is None:
        return Saved(0, held.at, None)
    version = line.version + 1 if line else 1
    row = {
        "ciphertext": sealed_json(
            held.submission, value, line_place(question.key, partner.pk if partner else None, key, version)
        ),
        "version": version,
        "saved_at": held.at,
        "saved_by_id": held.actor.user_id,
    }
    if line is None:
        BudgetLine.objects.create(submission=held.submission, question=question, partner=partner, key=key, **row)
    else:
        BudgetLine.objects.filter(pk=line.pk).update(**row)
    # A question an addendum touched waits for confirmation of the whole budget: a new answer row says which wording.
    Answer.objects.get_or_create(
        submission=held.submission,
        question=question,
        defaults={
            "ciphertext": sealed_json(held.submission, None, f"question:{question.key}|1"),
            "saved_at": held.at,
            "saved_by_id": held.actor.user_id,
            "confirmed_revision": question.revision,
        },
    )
    touch(held)
    keep_complete(held)
    return Saved(version, held.at, value)


def _known_key(question: Question, key: str) -> None:
    named = {line["key"] for line in question.options["lines"]}
    own = {f"{OWN_LINE}{number}" for number in range(1, question.options.get("extra_lines", 0) + 1)}
    if key not in named | own:
        raise Invalid({key: [_("This budget has no such line.")]})
