"""What is missing: from one proposal before it can be submitted, and from one organization before it can answer at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.documents import queries as documents
from procurement_portal.documents.kinds import KINDS as DOCUMENT_KINDS
from procurement_portal.documents.queries import PaperStanding
from procurement_portal.documents.queries import Standing as PaperState
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.roles import ROLES, roles_with
from procurement_portal.standing.queries import Standing, may_bid
from procurement_portal.time.clock import today
from procurement_portal.web import words
from solicitations.models.budget import share_of
from solicitations.models.facts import RequiredDocument
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.queries.draft import Draft, Part
from solicitations.queries.solicitation import insured_words
from solicitations.states import QuestionKind


@dataclass(frozen=True)
class Paper:
    """A document the solicitation asks for, and what the organization's vault has for it on the day."""

    required: RequiredDocument
    found: PaperStanding
    coverage: str = ""  # of insurance that is asked for by coverage, with its least limit
    limit_cents: int = 0
    short_cents: int = 0  # what a valid certificate of that coverage shows, where it is too little

    @property
    def label(self) -> str:
        """Its name in plain words."""
        name = str(self.found.kind.label)
        return f"{name}: {insured_words(self.coverage, self.limit_cents)}" if self.coverage else name

    @property
    def part(self) -> str:
        """Its name among the parts of a submitted version."""
        return f"document-{self.required.kind}" + (f"-{self.coverage}" if self.coverage else "")

    @property
    def anchor(self) -> str:
        """Its place on the readiness page."""
        return f"paper-{self.required.pk}" + (f"-{self.coverage}" if self.coverage else "")

    @property
    def short(self) -> str:
        """The limit that is too low, in dollars, or ""."""
        return words.money(Decimal(self.short_cents) / 100, cents=False) if self.short_cents and not self.here else ""

    @property
    def needed_now(self) -> bool:
        """Whether it is handed in with the answer."""
        return self.required.needed == RequiredDocument.Needed.WITH_ANSWER

    @property
    def lapsed(self) -> bool:
        """Whether the vault has one that has expired."""
        return self.found.standing == PaperState.LAPSED

    @property
    def here(self) -> bool:
        """Whether the vault has one that is valid on the day."""
        return self.found.standing in (PaperState.HAVE, PaperState.EXPIRING)


@dataclass(frozen=True)
class Missing:
    """One thing that keeps a proposal from being complete, and the address where it is mended."""

    text: str
    url: str
    section: str
    unanswered: str = ""  # the question, where all that lacks is an answer: lists say "no answer yet" once for several

    @property
    def is_unanswered(self) -> bool:
        """Whether all that lacks is an answer."""
        return bool(self.unanswered)


@dataclass(frozen=True)
class Signatory:
    """Someone who can sign for the organization; `second_factor` is needed to sign."""

    name: str
    user_id: int
    has_proof: bool


@dataclass
class Readiness:
    """What an organization has and lacks for one solicitation, before it writes a word."""

    solicitation: Solicitation
    papers: list[Paper]
    signatories: list[Signatory]
    standing: Standing
    eligibility: list[Question]
    sections: list[tuple[str, int, int]] = field(default_factory=list)  # title, questions, minutes

    @property
    def minutes(self) -> int:
        """How long writing takes, roughly: the sum over the questions."""
        return sum(minutes for _title, _count, minutes in self.sections)

    @property
    def to_do(self) -> int:
        """How many papers for the answer are not there, plus one if nobody can sign."""
        return sum(1 for p in self.papers if p.needed_now and not p.here) + (0 if self.signatories else 1)


# Minutes an experienced grant writer needs for a question of each kind; a text by its word limit on top.
_MINUTES = {
    QuestionKind.TEXT: 15, QuestionKind.NUMBER: 5, QuestionKind.CHOICE: 2, QuestionKind.TABLE: 30, QuestionKind.FILE: 15,
    QuestionKind.BUDGET: 90,
}  # fmt: skip
_WORDS_A_MINUTE = 10


def papers(solicitation_id: int, organization_id: int, on: date) -> list[Paper]:
    """The documents a solicitation asks for beside what the vault holds: insurance once for each coverage asked for.

    In two statements; one if it asks for none, three if it asks for coverages.
    """
    required = list(RequiredDocument.objects.filter(solicitation_id=solicitation_id))
    if not required:
        return []
    known = [need for need in required if need.kind in DOCUMENT_KINDS]
    found = documents.standing_of(organization_id, [need.kind for need in known], on)
    certificates = documents.insurance_of(organization_id) if any(need.coverages for need in known) else []
    made: list[Paper] = []
    for need, paper in zip(known, found, strict=True):
        if not need.coverages:
            made.append(Paper(need, paper))
        for asked in need.coverages:
            coverage, cents = asked["coverage"], asked["limit_cents"]
            held, short = documents.insured(certificates, coverage, cents, on)
            made.append(Paper(need, held, coverage, cents, short))
    return made


def missing(draft: Draft, asked: list[Paper]) -> list[Missing]:
    """Everything that keeps the working copy from being complete, in reading order, each with its place."""
    submission = draft.submission
    found: list[Missing] = []
    for section in draft.sections:
        url = reverse("solicitations:proposal_section", args=[submission.pk, section.section.pk])
        for part in section.parts:
            empty = _short(part) if not part.given and part.question.required else ""
            found += [Missing(text, f"{url}#{part.name}", section.section.title, empty) for text in _of_part(part)]
    if draft.partners:
        url, title = reverse("solicitations:proposal_partners", args=[submission.pk]), _("Partners")
        found += [Missing(text, f"{url}#{anchor}", title) for text, anchor in _of_partners(draft)]
    vault = reverse("solicitations:readiness", args=[submission.solicitation_id])
    for paper in asked:
        if paper.needed_now and not paper.here:
            text = _("%(paper)s is not among your documents.")
            if paper.short:
                text = _("%(paper)s: the one in your documents shows only %(short)s.")
            elif paper.lapsed:
                text = _("%(paper)s: the one in your documents has expired.")
            told = {"paper": paper.label, "short": paper.short}
            found.append(Missing(text % told, f"{vault}#{paper.anchor}", _("Documents")))
    return found


def _short(part: Part) -> str:
    return part.question.prompt if len(part.question.prompt) <= 80 else part.question.prompt[:77] + "…"


def _of_part(part: Part) -> list[str]:
    prompt = _short(part)
    if not part.given and part.question.required:
        return [_("“%(question)s” has no answer.") % {"question": prompt}]
    found = [f"“{prompt}”: {problem}" for problem in part.problems]
    held = [a for a in part.attachments if a.file.state == "refused"]
    found += [
        _("“%(question)s”: the file %(name)s was refused. Take it out and add another.")
        % {"question": prompt, "name": a.file.name}
        for a in held
    ]
    if part.unconfirmed:
        found.append(
            _("“%(question)s” was changed by an addendum. Read it again and confirm your answer.")
            % {"question": prompt}
        )
    return found


def _of_partners(draft: Draft) -> list[tuple[str, str]]:
    found = []
    if draft.lead_share < 0:
        found.append((_("The partners' shares add up to more than 100 percent."), "shares"))
    whole = sum((part.totals.all for part in draft.parts if part.lines), 0)
    from_budget = any(part.question.kind == QuestionKind.BUDGET for part in draft.parts)
    for partner in draft.partners:
        name, anchor = partner.partner.organization.name, f"partner-{partner.partner.pk}"
        if not partner.signed:
            text = (
                _("%(name)s must sign again: something changed after it signed.")
                if partner.void
                else _("%(name)s has not signed its part.")
            )
            found.append((text % {"name": name}, anchor))
        if from_budget and whole:
            actual = share_of(partner.totals.all, whole)
            if actual != partner.share.quantize(actual):
                found.append(
                    (
                        _("%(name)s: agreed share %(agreed)s%%, share of the budget lines %(actual)s%%.")
                        % {"name": name, "agreed": partner.share.normalize(), "actual": actual},
                        anchor,
                    )
                )
    return found


def readiness(actor: Actor, solicitation: Solicitation) -> Readiness:
    """What the actor's organization has and lacks for a solicitation. Statements: documents 2, people 1, standing, questions 1."""
    assert actor.organization_id is not None
    questions = list(
        Question.objects.filter(solicitation=solicitation, withdrawn_at__isnull=True)
        .select_related("section")
        .order_by("section__position", "position")
    )
    by_section: dict[str, list[Question]] = {}
    for question in questions:
        by_section.setdefault(question.section.title, []).append(question)
    return Readiness(
        solicitation,
        papers(solicitation.pk, actor.organization_id, today()),
        signatories(actor.organization_id),
        may_bid(actor.organization_id, today()),
        [q for q in questions if q.marking == "eligibility"],
        [(title, len(asked), sum(minutes_for(q) for q in asked)) for title, asked in by_section.items()],
    )


def minutes_for(question: Question) -> int:
    """Roughly how long one answer takes to write."""
    text = (question.word_limit or 300) // _WORDS_A_MINUTE if question.kind == QuestionKind.TEXT else 0
    return _MINUTES[QuestionKind(question.kind)] + text


def signatories(organization_id: int) -> list[Signatory]:
    """Who may sign and submit for an organization."""
    names = [role.name for role in roles_with("proposals.submit")]
    rows = Membership.objects.filter(
        organization_id=organization_id, role__in=names, ended_at__isnull=True, scope_type="", user__is_active=True
    ).select_related("user")
    return [Signatory(m.user.name, m.user_id, m.proof_id is not None) for m in rows.order_by("user__name")]


def team(organization_id: int) -> list[tuple[str, str]]:
    """(name, roles in words) of everyone of an organization who may write its answers, by name, in one statement."""
    names = [role.name for role in roles_with("proposals.edit")]
    rows = Membership.objects.filter(
        organization_id=organization_id, role__in=names, ended_at__isnull=True, scope_type="", user__is_active=True
    ).select_related("user")
    found: dict[int, tuple[str, list[str]]] = {}
    for membership in rows.order_by("user__name", "pk"):
        found.setdefault(membership.user_id, (membership.user.name, []))[1].append(str(ROLES[membership.role].label))
    return [(name, ", ".join(roles)) for name, roles in found.values()]


def counts(submissions: list[Submission]) -> dict[int, tuple[int, int]]:
    """For a list of proposals: (answers saved, questions asked) of each, in one statement; nothing is opened."""
    rows = (
        Submission.objects.filter(pk__in=[s.pk for s in submissions])
        .annotate(
            saved=Count("answers", distinct=True),
            asked=Count("solicitation__questions", filter=Q(solicitation__questions__withdrawn_at=None), distinct=True),
        )
        .values_list("pk", "saved", "asked")
    )
    return {pk: (saved, asked) for pk, saved, asked in rows}


def time_needed(minutes: int) -> str:
    """ "About 4 hours": rounded to half hours under a day's work, to hours above."""
    halves = max(1, round(minutes / 30))
    hours, half = divmod(halves, 2)
    if hours == 0:
        return _("about half an hour")
    if half and hours < 8:
        return _("about %(hours)s and a half hours") % {"hours": hours}
    return _("about 1 hour") if hours == 1 else _("about %(hours)s hours") % {"hours": hours + half}
