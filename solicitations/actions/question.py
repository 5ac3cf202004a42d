"""Write the form a proposer fills: sections and questions, in order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import jsonschema
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Invalid
from solicitations.actions.drafting import check_version, clean, own_draft, touched
from solicitations.models.criterion import Criterion
from solicitations.models.question import Question, Section
from solicitations.models.question_options import SCHEMAS
from solicitations.models.solicitation import Solicitation
from solicitations.queries.version import fingerprint
from solicitations.states import Marking, QuestionKind

FIELDS = ("kind", "prompt", "hint", "required", "marking", "options", "word_limit")
Direction = Literal["up", "down"]


def question_values(question: Question) -> dict[str, Any]:
    """What the editor of a question shows; its fingerprint guards against overwriting."""
    return {name: getattr(question, name) for name in FIELDS} | {
        "section": question.section_id,
        "criterion": question.criterion_id,
    }


def section_values(section: Section) -> dict[str, Any]:
    """What the editor of a section shows."""
    return {"title": section.title, "intro": section.intro}


@transaction.atomic
def add_section(*, actor: Actor, solicitation_id: int, title: str, intro: str = "") -> Section:
    """Add a section at the end. Raises Invalid, Refused."""
    row = own_draft(actor, solicitation_id)
    last = row.sections.aggregate(last=Max("position"))["last"] or 0
    section = Section(solicitation=row, position=last + 1, title=title.strip(), intro=intro.strip())
    _check_section(section)
    section.save()
    touched(row)
    record(actor, "section.add", row, after={"section": section.title})
    return section


@transaction.atomic
def change_section(
    *, actor: Actor, solicitation_id: int, section_id: int, version: str, title: str, intro: str = ""
) -> Section:
    """Change a section's words. Raises Conflict, Invalid, Refused."""
    row = own_draft(actor, solicitation_id)
    section = found_or_404(row.sections.all(), pk=section_id)
    before = section_values(section)
    check_version(version, fingerprint(before), before)
    section.title, section.intro = title.strip(), intro.strip()
    _check_section(section)
    section.save(update_fields=["title", "intro"])
    touched(row)
    record(actor, "section.change", row, before=before, after=section_values(section))
    return section


@transaction.atomic
def move_section(*, actor: Actor, solicitation_id: int, section_id: int, direction: Direction) -> None:
    """Move a section one place; at the end of the list nothing happens."""
    row = own_draft(actor, solicitation_id)
    section = found_or_404(row.sections.all(), pk=section_id)
    if _swap(list(row.sections.order_by("position")), section, direction):
        touched(row)
        record(actor, "section.move", row, after={"section": section.title, "direction": direction})


@transaction.atomic
def delete_section(*, actor: Actor, solicitation_id: int, section_id: int) -> None:
    """Take an empty section away. Raises Refused (as Invalid) while questions stand in it."""
    row = own_draft(actor, solicitation_id)
    section = found_or_404(row.sections.all(), pk=section_id)
    if section.questions.exists():
        raise Invalid(_("Move or delete the questions of this section first."))
    record(actor, "section.delete", row, before=section_values(section))
    section.delete()
    touched(row)


@transaction.atomic
def add_question(*, actor: Actor, solicitation_id: int, section_id: int, given: Mapping[str, Any]) -> Question:
    """Add a question at the end of a section. `given`: kind, prompt, hint, required, marking, criterion (id), options,
    word_limit. Raises Invalid at fields, Refused."""
    row = own_draft(actor, solicitation_id)
    section = found_or_404(row.sections.all(), pk=section_id)
    last = section.questions.aggregate(last=Max("position"))["last"] or 0
    question = Question(solicitation=row, section=section, position=last + 1)
    _fill(row, question, given)
    question.save()
    touched(row)
    record(actor, "question.add", row, after={"question": question.prompt[:200], "marking": question.marking})
    return question


@transaction.atomic
def change_question(
    *, actor: Actor, solicitation_id: int, question_id: int, version: str, given: Mapping[str, Any]
) -> Question:
    """Change a question of a draft; a new section puts it at that section's end. Raises Conflict, Invalid, Refused."""
    row = own_draft(actor, solicitation_id)
    question = found_or_404(row.questions.all(), pk=question_id)
    before = question_values(question)
    check_version(version, fingerprint(before), before)
    _fill(row, question, given)
    wanted = given.get("section", question.section_id)
    if wanted != question.section_id:
        section = found_or_404(row.sections.all(), pk=wanted)
        question.section = section
        question.position = (section.questions.aggregate(last=Max("position"))["last"] or 0) + 1
    question.save()
    touched(row)
    after = question_values(question)
    changed = [name for name in after if after[name] != before[name]]
    record(
        actor,
        "question.change",
        row,
        before={"question": question.prompt[:200]} | {n: before[n] for n in changed},
        after={n: after[n] for n in changed},
    )
    return question


@transaction.atomic
def move_question(*, actor: Actor, solicitation_id: int, question_id: int, direction: Direction) -> None:
    """Move a question one place within its section; at the end of the list nothing happens."""
    row = own_draft(actor, solicitation_id)
    question = found_or_404(row.questions.all(), pk=question_id)
    if _swap(list(question.section.questions.order_by("position")), question, direction):
        touched(row)
        record(actor, "question.move", row, after={"question": question.prompt[:200], "direction": direction})


@transaction.atomic
def delete_question(*, actor: Actor, solicitation_id: int, question_id: int) -> None:
    """Take a question of a draft away; its words stay in history."""
    row = own_draft(actor, solicitation_id)
    question = found_or_404(row.questions.all(), pk=question_id)
    record(actor, "question.delete", row, before={"question": question.prompt, "marking": question.marking})
    question.delete()
    touched(row)


def _swap(rows: list[Any], row: Any, direction: Direction) -> bool:
    """Exchange a row's place with its neighbor's; the positions are unique when the transaction ends."""
    here = rows.index(row)
    there = here - 1 if direction == "up" else here + 1
    if not 0 <= there < len(rows):
        return False
    other = rows[there]
    row.position, other.position = other.position, row.position
    row.save(update_fields=["position"])
    other.save(update_fields=["position"])
    return True


def _check_section(section: Section) -> None:
    if not section.title:
        raise Invalid({"title": [_("Give the section a title.")]})
    clean(section, ("title",))


def _fill(row: Solicitation, question: Question, given: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in given:
            setattr(question, name, given[name])
    question.prompt = question.prompt.strip()
    question.hint = question.hint.strip()
    if "criterion" in given:
        chosen = given["criterion"]
        question.criterion = found_or_404(Criterion.objects.filter(solicitation=row), pk=chosen) if chosen else None
    check_question(question)


def check_question(question: Question) -> None:
    """Whether a question is well formed by itself. Raises Invalid at the fields `prompt`, `criterion`, `word_limit`, `options`."""
    found: dict[str, list[str]] = {}
    if not question.prompt:
        found["prompt"] = [_("Write the question.")]
    if question.criterion_id and question.marking != Marking.SCORED:
        found["criterion"] = [_("Only a scored question has a criterion.")]
    if question.word_limit is not None:
        if question.kind != QuestionKind.TEXT:
            found["word_limit"] = [_("Only a text has a limit of words.")]
        elif question.word_limit < 1:
            found["word_limit"] = [_("The limit is at least one word.")]
    if question.kind not in QuestionKind.values or question.marking not in Marking.values:
        raise Invalid({"kind": [_("There is no such kind of question.")]})
    wrong = check_options(QuestionKind(question.kind), question.options)
    if wrong:
        found["options"] = wrong
    if found:
        raise Invalid(found)


def check_options(kind: QuestionKind, options: Any) -> list[str]:
    """What is wrong with the options of a kind of question, in words; empty when they are right."""
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind])
    wrong = sorted(validator.iter_errors(options), key=lambda error: list(map(str, error.absolute_path)))
    if wrong:
        return [_OPTION_WORDS.get(kind, _wrong_shape)()]
    if {"least", "most"} <= set(options) and Decimal(options["least"]) > Decimal(options["most"]):
        return [_("The smallest number is larger than the largest.")]
    names = {
        QuestionKind.CHOICE: [c["value"] for c in options.get("choices", [])],
        QuestionKind.TABLE: [c["key"] for c in options.get("columns", [])],
        QuestionKind.BUDGET: [c["key"] for c in options.get("lines", [])],
    }.get(kind, [])
    if len(names) != len(set(names)):
        return [_("Two lines say the same.")]
    return []


def _wrong_shape() -> str:
    return _("These settings do not fit the kind of answer.")


_OPTION_WORDS = {
    QuestionKind.CHOICE: lambda: _("Give at least two choices, one a line, each at most 300 characters."),
    QuestionKind.TABLE: lambda: _("Give at least one column, one a line, each at most 300 characters."),
    QuestionKind.FILE: lambda: _("Choose at least one kind of file, up to 20 files of at most 25 MB."),
    QuestionKind.BUDGET: lambda: _("Give at least one line of the budget, one a line."),
    QuestionKind.NUMBER: lambda: _("Enter the limits as numbers."),
}
