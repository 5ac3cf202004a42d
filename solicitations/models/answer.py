"""Answers as ciphertext, files attached to them, and what a value of each kind may be.

A value is plain JSON by kind: text: a text; number: decimal text; choice: a list of choice keys; table: a list of rows, each
a mapping of column keys to texts; file: nothing (the attachments are the answer); budget: the totals as stated, in cents
(`budget.py`). `normal` brings what a person gave into that form or says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement_portal.time.clock import PortalNow
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.states import QuestionKind

MOST_CHARACTERS = 40_000
Value = Any  # a JSON value by kind, as above


class Answer(models.Model):
    """The answer to one question: ciphertext, who saved it when, and which wording of the question it was given to.

    `confirmed_revision` below the question's revision means: an addendum touched the question and nobody has confirmed
    the answer since.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    ciphertext = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_default=PortalNow())
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_revision = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = gettext_lazy("answer")
        constraints = [
            models.UniqueConstraint(fields=["submission", "question"], name="answer_once"),
            models.CheckConstraint(name="answer_versions", condition=Q(version__gte=1, confirmed_revision__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class Attachment(models.Model):
    """A file given as an answer. The file itself is encrypted in the vault; it is never served to staff before opening."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="attachments")
    question = models.ForeignKey(Question, models.PROTECT, related_name="attachments")
    partner = models.ForeignKey("solicitations.Partner", models.PROTECT, null=True, related_name="attachments")
    file = models.ForeignKey("documents.File", models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("attached file")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question", "file"], condition=Q(removed_at__isnull=True), name="attachment_once"
            ),
            models.CheckConstraint(
                name="attachment_removed_pair",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Attachment {self.pk}"


class BadValue(ValueError):
    """What was given is not an answer of this kind; the messages are for the person who wrote it."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)


def normal(question: Question, given: Any) -> Value:
    """What a person gave, in the form it is stored in; None for nothing. Raises BadValue.

    Length limits in words are not enforced here: a text too long is saved and shown as too long until it is shortened,
    because refusing to save it would lose it.
    """
    if given is None:
        return None
    return _KINDS[QuestionKind(question.kind)](question.options, given)


def words_in(text: str) -> int:
    """How many words a text has, as the limit counts them: runs of anything but white space."""
    return len(text.split())


def problems(question: Question, value: Value) -> list[str]:
    """What keeps a stored value from being complete, in words. Empty when it is fine or nothing was answered."""
    if question.kind == QuestionKind.TEXT and value and question.word_limit:
        over = words_in(value) - question.word_limit
        if over > 0:
            return [
                ngettext(
                    "This answer is %(over)d word too long. The limit is %(limit)d words.",
                    "This answer is %(over)d words too long. The limit is %(limit)d words.",
                    over,
                )
                % {"over": over, "limit": question.word_limit}
            ]
    if question.kind == QuestionKind.TABLE and value and question.options.get("rows"):
        empty = sum(1 for row in value if not all(str(row.get(c["key"], "")) for c in question.options["columns"]))
        if empty:
            return [
                ngettext("%(count)d row has an empty cell.", "%(count)d rows have empty cells.", empty)
                % {"count": empty}
            ]
    return []


def _text(options: Mapping[str, Any], given: Any) -> str | None:
    if not isinstance(given, str):
        raise BadValue(_("Write your answer as text."))
    text = given.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if len(text) > MOST_CHARACTERS:
        raise BadValue(
            _("This text is too long to save: at most %(limit)s characters.") % {"limit": f"{MOST_CHARACTERS:,}"}
        )
    return text or None


def _decimal(text: str) -> Decimal:
    plain = text.strip().replace(",", "").replace("$", "").replace("−", "-").rstrip("%").strip()
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", plain):
        raise InvalidOperation
    return Decimal(plain)


def _number(options: Mapping[str, Any], given: Any) -> str | None:
    text = str(given).strip()
    if not text:
        return None
    try:
        number = _decimal(text)
    except InvalidOperation:
        raise BadValue(_("Enter a number, for example 1,250.")) from None
    if options.get("whole") and number != number.to_integral_value():
        raise BadValue(_("Enter a whole number."))
    if "least" in options and number < Decimal(options["least"]):
        raise BadValue(_("Enter a number of at least %(limit)s.") % {"limit": options["least"]})
    if "most" in options and number > Decimal(options["most"]):
        raise BadValue(_("Enter a number of at most %(limit)s.") % {"limit": options["most"]})
    return format(number, "f")


def _choice(options: Mapping[str, Any], given: Any) -> list[str] | None:
    chosen = [str(v) for v in (given if isinstance(given, (list, tuple)) else [given]) if v not in ("", None)]
    allowed = [c["value"] for c in options["choices"]]
    if any(v not in allowed for v in chosen):
        raise BadValue(_("Choose from the list."))
    if len(chosen) > 1 and not options.get("several"):
        raise BadValue(_("Choose one."))
    return [v for v in allowed if v in chosen] or None


def _table(options: Mapping[str, Any], given: Any) -> list[dict[str, str]] | None:
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise BadValue(_("This is not a table."))
    fixed = options.get("rows") or []
    most = len(fixed) or options.get("most_rows", 20)
    rows, wrong = [], []
    for number, row in enumerate(given, 1):
        clean: dict[str, str] = {}
        for column in options["columns"]:
            try:
                clean[column["key"]] = _cell(column["kind"], str(row.get(column["key"], "") or "").strip())
            except (InvalidOperation, ValueError):
                wrong.append(
                    _("Row %(row)d, %(column)s: %(hint)s")
                    % {"row": number, "column": column["label"], "hint": _CELL_HINTS[column["kind"]]}
                )
        rows.append(clean)
    if wrong:
        raise BadValue(*wrong)
    if not fixed:
        rows = [row for row in rows if any(row.values())]
    if len(rows) > most:
        raise BadValue(_("At most %(count)d rows.") % {"count": most})
    return rows if any(any(row.values()) for row in rows) else None


_CELL_HINTS = {
    "text": gettext_lazy("at most 2,000 characters"),
    "number": gettext_lazy("enter a number"),
    "money": gettext_lazy("enter dollars and cents"),
    "date": gettext_lazy("enter a day as month/day/year"),
}


def _cell(kind: str, text: str) -> str:
    if not text:
        return ""
    if kind == "number":
        return format(_decimal(text), "f")
    if kind == "money":
        return format(_decimal(text).quantize(Decimal("0.01")), "f")
    if kind == "date":
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        return (date(int(found[3]), int(found[1]), int(found[2])) if found else date.fromisoformat(text)).isoformat()
    if len(text) > 2000:
        raise ValueError
    return text.replace("\x00", "")


def _file(options: Mapping[str, Any], given: Any) -> None:
    raise BadValue(_("Files are added with the file field."))


def _budget(options: Mapping[str, Any], given: Any) -> dict[str, int | None] | None:
    if not isinstance(given, dict) or set(given) - {"request", "match"}:
        raise BadValue(_("Enter the totals of the budget."))
    if any(v is not None and (isinstance(v, bool) or not isinstance(v, int) or v < 0) for v in given.values()):
        raise BadValue(_("Enter an amount in dollars and cents, for example 1,234.50."))
    stated = {"request": given.get("request"), "match": given.get("match")}
    return stated if any(v is not None for v in stated.values()) else None


_KINDS: dict[QuestionKind, Callable[[Mapping[str, Any], Any], Value]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.NUMBER: _number,
    QuestionKind.CHOICE: _choice,
    QuestionKind.TABLE: _table,
    QuestionKind.FILE: _file,
    QuestionKind.BUDGET: _budget,
}
