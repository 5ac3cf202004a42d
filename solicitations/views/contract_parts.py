"""What the pages of a contract share: the Way, the facts, the arithmetic, the documents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement_portal.people.access import actor_of, found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, now
from procurement_portal.web import pieces, words
from procurement_portal.web.shell import Crumb
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.execution import ContractStep
from solicitations.queries import contract as contracts
from solicitations.queries import execution
from solicitations.queries import way as ways
from solicitations.queries.paper import AREA_NAMES, dollars
from solicitations.queries.way import StepDays, Way
from solicitations.queries.way_history import Seen
from solicitations.states import AmendmentState, ContractState
from solicitations.tables.contract import BudgetTable, FiguresTable
from solicitations.workflow.contract import AMENDMENT, CONTRACT, SIGNING
from solicitations.workflow.execution import STEPS


def crumbs(request: HttpRequest, contract: Contract | None = None, *here: Crumb, ours: bool = False) -> None:
    """Home · Contracts · the number · this page."""
    home = reverse("solicitations:our-contracts" if ours else "solicitations:contracts")
    label = _("Contracts and payments") if ours else _("Contracts")
    way = [Crumb(_("Home"), reverse("home")), Crumb(label, home if contract is not None or here else "")]
    if contract is not None:
        url = (
            reverse("solicitations:our-contract", args=[contract.pk])
            if ours
            else reverse("solicitations:contract", args=[contract.number])
        )
        way.append(Crumb(contract.number, url if here else ""))
    request.shell_breadcrumbs = [*way, *here]  # type: ignore[attr-defined]


def the_amendment(contract: Contract, number: int) -> Amendment | None:
    """The amendment of an address; None for 0, the contract itself. Http404 for one that is not there."""
    return found_or_404(contract.amendments.select_related("made_by"), number=number) if number else None


def way(
    contract: Contract,
    actor: Actor,
    amendment: Amendment | None = None,
    *,
    ours: bool = False,
    seen: dict[tuple[int, str], Seen] | None = None,
) -> dict[str, Any]:
    """The steps as the Way shows them, with the forecast of the last signature while it is to come. `seen`: what such steps
    took in the department (`way_history.by_kind`), where a page shows several ways."""
    rows = execution.steps(contract, amendment)
    present = now()
    if seen is None and all(step.done_at for step in rows):
        seen = {}  # nothing is to come: what such steps took is not asked
    measured = ways.way_along(contract, rows, present, seen)
    ended = over(contract, amendment)
    return {
        "steps": shown(measured, present, actor, ours=ours, ended=ended) if measured is not None else [],
        "expected": expected_words(measured) if measured is not None else "",
        "forecast": measured if measured is not None and measured.critical is not None and not ended else None,
        "rows": rows,
        "days": (measured.agency_days, measured.organization_days) if measured is not None else (0, 0),
    }


def over(contract: Contract, amendment: Amendment | None = None) -> bool:
    """Whether it was given up: what is still open then waits for nobody."""
    dropped = amendment is not None and amendment.status == AmendmentState.DROPPED
    return dropped or contract.status == ContractState.ABANDONED


def expected_words(found: Way) -> str:
    """The day the last signature is expected, and the day by which four of five come: one day where both are the same."""
    return days_words(found.answer["expected_p50_on"], found.answer["expected_p80_on"])


def days_words(p50: date, p80: date) -> str:
    """The same of two days, as they were forecast once."""
    if p50 == p80:
        return words.day(p50)
    return _("%(p50)s; in four of five cases by %(p80)s") % {"p50": words.day(p50), "p80": words.day(p80)}


def shown(found: Way, present: datetime, actor: Actor, *, ours: bool, ended: bool) -> list[pieces.Step]:
    """The steps of a way as the component "way" draws them, each with the way to its page for whom it is."""
    return [_piece(found.contract, step, present, actor, ours=ours, ended=ended) for step in found.steps]


def _piece(
    contract: Contract, found: StepDays, present: datetime, actor: Actor, *, ours: bool, ended: bool
) -> pieces.Step:
    step = found.step
    opened = step.opened_at is not None and not (ended and step.done_at is None)
    return pieces.Step(
        name=step.get_kind_display(),
        state=_state(step, present) if not ended or step.done_at else "later",
        desk=desk(step),
        days_taken=found.taken if opened else None,
        days_promised=step.service_days,
        expected=None if ended else found.expected,
        done_on=step.done_at.astimezone(CHICAGO).date() if step.done_at else None,
        detail=_detail(contract, found, actor, ours=ours, ended=ended),
    )


def _state(step: ContractStep, present: datetime) -> Any:
    if step.done_at is not None:
        return "done"
    if step.opened_at is None:
        return "later"
    return "late" if step.due_at is not None and present > step.due_at else "now"


def desk(step: ContractStep) -> str:
    """Whose desk a step is at."""
    if step.desk is None:
        return str(step.organization)
    return f"{step.desk.name}, {step.desk.department}"


def _detail(contract: Contract, found: StepDays, actor: Actor, *, ours: bool, ended: bool) -> SafeString:
    """What happened at a step, in sentences, and the way to its page."""
    told: list[Any] = []
    step = found.step
    if found.agency and found.organization:
        told.append(
            _("Of these, %(agency)s at the department and %(applicant)s with the organization.")
            % {"agency": words.days(found.agency), "applicant": words.days(found.organization)}
        )
    if found.critical and not ended:
        told.append(_("On the critical path: the expected day hangs on it."))
    if step.done_at is not None:
        told.append(str(step.get_outcome_display()) + (f": {step.why}" if step.why else "."))
    for sent in step.returns.all():
        told.append(_("Sent back to %(whom)s: %(why)s") % {"whom": sent.get_to_display(), "why": sent.why})
        if sent.answered_at is not None:
            told.append(_("Answered: %(answer)s") % {"answer": sent.answer})
    if step.opened_at is not None and step.done_at is None and not ended and not ours and actor.is_staff:
        url = reverse("solicitations:contract-step", args=[contract.number, step.pk])
        step.contract = contract
        mine = execution.may_end(actor, step) and step.kind not in SIGNING
        act = STEPS[step.kind].act if mine else _("See this step")
        told.append(format_html('<a href="{}">{}</a>', url, act))
    return format_html_join(SafeString(" "), "<span>{}</span>", [(text,) for text in told]) if told else SafeString("")


def facts(
    contract: Contract, figures: contracts.Figures, participants: list[ContractParticipant] | None = None
) -> list[pieces.Fact]:
    """The six facts. `participants` are given where they are known already; otherwise one query."""
    names = [p.organization.name for p in participants or contracts.participants(contract)]
    return [
        pieces.Fact(_("With"), words.data(", ".join(names))),
        pieces.Fact(_("Department"), words.data(contract.department.name)),
        pieces.Fact(_("Present amount"), words.money(figures.amount)),
        pieces.Fact(
            _("Term"),
            _("%(start)s to %(end)s") % {"start": words.day(contract.starts_on), "end": words.day(figures.ends_on)},
        ),
        pieces.Fact(_("Service areas"), areas(contract) or words.NONE),
        pieces.Fact(
            _("Executed"), words.instant(contract.signed_at) if contract.signed_at else _("Not yet"),
        ),
    ]  # fmt: skip


def areas(contract: Contract) -> str:
    """The names of the community areas."""
    return ", ".join(AREA_NAMES[number] for number in contract.areas)


def state_of(contract: Contract) -> Any:
    """Its state in words."""
    return CONTRACT.public[ContractState(contract.status)]


def amendment_rows(amendments: list[Amendment]) -> list[tuple[Amendment, Any]]:
    """(amendment, its state in words), in order."""
    return [(a, AMENDMENT.public[AmendmentState(a.status)]) for a in amendments]


def budget_table(contract: Contract) -> BudgetTable:
    """The agreed budget with its total."""
    lines = [
        {"label": line["label"], "why": line.get("why", ""), "amount": dollars(line["cents"])}
        for line in contract.terms.get("budget", [])
    ]
    totals = {"amount": sum((line["amount"] for line in lines), Decimal(0))} if lines else None
    return BudgetTable(lines, caption=_("Budget as agreed"), totals=totals)


def figures_table(figures: contracts.Figures) -> FiguresTable:
    """Original, amendments in force, and the sum after each."""
    return FiguresTable(figures.lines, caption=_("Amount and term, as signed and as amended"))


def put_errors(form: forms.BaseForm, problems: dict[str, list[str]]) -> None:
    """Put what an action refused at the form's fields."""
    for name, messages in problems.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def own_or_404(request: HttpRequest, pk: int) -> Contract:
    """A contract of the organization acted for, or 404."""
    return found_or_404(contracts.own(actor_of(request)).select_related("solicitation", "award"), pk=pk)
