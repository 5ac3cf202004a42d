"""The working copy of a proposal, opened whole in a fixed number of statements: parts, budget, partners, papers, what is missing.

`draft(submission)` is what pages show, what completeness judges and what a submission freezes: one reading, so that no two
of them can disagree.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Prefetch

from procurement_portal.web import words
from solicitations.models import budget
from solicitations.models.answer import Answer, Attachment, problems
from solicitations.models.budget import BudgetLine, Totals, dollars
from solicitations.models.partner import Partner, PartnerConsent, part_digest, share_left
from solicitations.models.question import Question, Section
from solicitations.models.submission import Submission
from solicitations.queries.submission import latest_consents, line_of, part_of, terms_of, value_of
from solicitations.states import QuestionKind


@dataclass(frozen=True)
class Line:
    """One budget line as shown and counted. Amounts in cents; `version` 0 was never saved."""

    key: str
    name: str
    is_own: bool
    value: dict[str, Any]
    version: int
    partner_id: int | None = None
    saved_at: datetime | None = None
    saved_by: str = ""

    @property
    def counted(self) -> dict[str, Any]:
        """The value with what the checks of `models.budget` need."""
        return {**self.value, "name": self.name, "is_own": self.is_own}


@dataclass
class Part:
    """One question with everything given to it."""

    question: Question
    answer: Answer | None
    value: Any
    attachments: list[Attachment]
    lines: list[Line]
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of its controls and of its place on the page."""
        return f"q-{self.question.key}"

    @property
    def version(self) -> int:
        """The version a save must be based on."""
        return self.answer.version if self.answer else 0

    @property
    def given(self) -> bool:
        """Whether anything at all was answered."""
        if self.question.kind == QuestionKind.FILE:
            return bool(self.attachments)
        if self.question.kind == QuestionKind.BUDGET:
            return any(line.value["request"] or line.value["match"] for line in self.lines)
        return self.value is not None

    @property
    def unconfirmed(self) -> bool:
        """Whether an addendum touched the question after the answer was given or last confirmed."""
        return self.answer is not None and self.answer.confirmed_revision < self.question.revision

    @property
    def totals(self) -> Totals:
        """The sums of all lines, partners' included."""
        return Totals.of(line.value for line in self.lines)

    @property
    def request_words(self) -> str:
        """What all lines ask for, as money."""
        return words.money(dollars(self.totals.request))

    @property
    def match_words(self) -> str:
        """What all lines add, as money."""
        return words.money(dollars(self.totals.match))

    @property
    def state(self) -> str:
        """ "done", "started" or "missing". What is optional and empty is done."""
        if self.problems or self.unconfirmed:
            return "started" if self.given else "missing"
        return "done" if self.given or not self.question.required else "missing"


@dataclass
class SectionDraft:
    """A section with its parts."""

    section: Section
    parts: list[Part]

    @property
    def state(self) -> Literal["done", "started", "missing"]:
        """How far the section is."""
        states = {part.state for part in self.parts}
        if states <= {"done"}:
            return "done"
        return "missing" if states == {"missing"} else "started"

    @property
    def last_saved(self) -> Answer | None:
        """The newest save in this section: who is working here."""
        saved = [part.answer for part in self.parts if part.answer]
        return max(saved, key=lambda a: a.saved_at, default=None)


@dataclass
class PartnerDraft:
    """A partner with its terms, its own part, and whether its signature still fits them."""

    partner: Partner
    terms: dict[str, Any]
    part: dict[str, Any] | None
    lines: list[Line]
    consent: PartnerConsent | None
    digest: str

    @property
    def share(self) -> Decimal:
        """Percent of the budget, as agreed."""
        return Decimal(self.terms["share"])

    @property
    def signed(self) -> bool:
        """Whether the newest signature is under exactly what stands now."""
        return self.consent is not None and self.consent.digest == self.digest

    @property
    def void(self) -> bool:
        """Signed, but something changed since."""
        return self.consent is not None and not self.signed

    @property
    def totals(self) -> Totals:
        return Totals.of(line.value for line in self.lines)


@dataclass
class Draft:
    """The whole working copy."""

    submission: Submission
    sections: list[SectionDraft]
    partners: list[PartnerDraft]

    @property
    def parts(self) -> list[Part]:
        return [part for section in self.sections for part in section.parts]

    @property
    def lead_share(self) -> Decimal:
        """What is left for the lead, in percent."""
        return share_left([partner.share for partner in self.partners])

    def part_of(self, name: str) -> Part | None:
        """The part whose controls have this name."""
        return next((part for part in self.parts if part.name == name), None)


def draft(submission: Submission) -> Draft:
    """Read and open the working copy. The caller has been allowed to see the submission, which holds its data key."""
    sections = list(
        Section.objects.filter(solicitation_id=submission.solicitation_id).prefetch_related(
            Prefetch("questions", Question.objects.filter(withdrawn_at__isnull=True).order_by("position"))
        )
    )
    answers = {
        answer.question_id: answer
        for answer in Answer.objects.filter(submission=submission).select_related("saved_by", "question")
    }
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in (
        Attachment.objects.filter(submission=submission, removed_at__isnull=True)
        .select_related("file__data_key__within", "added_by")
        .order_by("id")
    ):
        attachments[attachment.question_id].append(attachment)
    partners = list(
        Partner.objects.filter(submission=submission, removed_at__isnull=True, declined_at__isnull=True)
        .select_related("organization")
        .order_by("id")
    )
    standing = {partner.pk for partner in partners}
    stored: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in BudgetLine.objects.filter(submission=submission).select_related("question", "saved_by").order_by("id"):
        if line.partner_id is None or line.partner_id in standing:
            stored[line.question_id].append(line)
    names = {partner.pk: partner.organization.name for partner in partners}
    whole = []
    for section in sections:
        parts = []
        for question in section.questions.all():
            answer = answers.get(question.pk)
            lines = budget_lines(submission, question, stored[question.pk], names)
            value = value_of(submission, answer) if answer else None
            part = Part(question, answer, value, attachments[question.pk], lines)
            part.problems = _problems(submission, part)
            parts.append(part)
        whole.append(SectionDraft(section, parts))
    consents = latest_consents(submission) if partners else {}
    all_lines = [line for section in whole for part in section.parts for line in part.lines]
    return Draft(submission, whole, [_partner(submission, p, all_lines, consents.get(p.pk)) for p in partners])


def budget_lines(
    submission: Submission, question: Question, stored: list[BudgetLine], partner_names: dict[int, str]
) -> list[Line]:
    """The lines of a budget question: the lead's fixed ones in the solicitation's order, its own, then the partners'."""
    if question.kind != QuestionKind.BUDGET:
        return []
    labels = {line["key"]: line["label"] for line in question.options["lines"]}
    mine = {row.key: row for row in stored if row.partner_id is None}
    empty = {"label": "", "request": None, "match": None, "why": ""}
    lines = []
    for key, label in labels.items():
        row = mine.get(key)
        lines.append(_line(submission, row, label) if row else Line(key, label, False, dict(empty), 0))
    for row in stored:
        if row.partner_id is None and row.key not in labels:
            line = _line(submission, row, "")
            if any(line.value[name] not in (None, "") for name in empty):
                lines.append(line)
    for row in stored:
        if row.partner_id is not None:
            line = _line(submission, row, labels.get(row.key, ""))
            lines.append(
                Line(
                    line.key, f"{partner_names[row.partner_id]}: {line.name}", line.is_own, line.value, line.version,
                    row.partner_id, line.saved_at, line.saved_by,
                )
            )  # fmt: skip
    return lines


def _line(submission: Submission, row: BudgetLine, label: str) -> Line:
    value = line_of(submission, row)
    return Line(
        row.key, label or value["label"], not label, value, row.version, row.partner_id, row.saved_at, row.saved_by.name
    )


def _problems(submission: Submission, part: Part) -> list[str]:
    if part.question.kind == QuestionKind.BUDGET:
        if not part.given and part.value is None and not part.question.required:
            return []
        if not part.given and part.value is None:
            return []
        return budget.problems(
            part.question, [line.counted for line in part.lines], part.value, submission.solicitation.award_max
        )
    return problems(part.question, part.value)


def _partner(
    submission: Submission, partner: Partner, lines: list[Line], consent: PartnerConsent | None
) -> PartnerDraft:
    terms, part = terms_of(submission, partner), part_of(submission, partner)
    own = [line for line in lines if line.partner_id == partner.pk]
    text = [{"key": line.key, **line.value} for line in sorted(own, key=lambda line: line.key)]
    public = {name: value for name, value in terms.items() if name != "salt"}
    return PartnerDraft(partner, public, part, own, consent, part_digest(public, part, text, terms["salt"]))
