"""The budget of a proposal: lines added, the live totals, and the table as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import htmx
from procurement_portal.web.refusal import Invalid
from procurement_portal.web.tables import Column, Table, csv_response
from solicitations.actions import budget as budgets
from solicitations.forms.budget import AddLineForm
from solicitations.models.budget import Totals, dollars
from solicitations.models.question import Question
from solicitations.queries.draft import Line, draft
from solicitations.queries.submission import own
from solicitations.states import QuestionKind
from solicitations.views.answer_fields import back_to
from solicitations.views.answers import crumbs


class BudgetTable(Table):
    """A budget as a file: one row a line, and the totals last."""

    line = Column(gettext_lazy("Line"), value="name", head=True)
    request = Column(gettext_lazy("What you ask for"), value="request", kind="money")
    match = Column(gettext_lazy("What you add yourself"), value="match", kind="money")
    why = Column(gettext_lazy("What it is for"), value="why")


class BudgetWithoutMatch(Table):
    """The same where the solicitation asks for no share of the organization's own."""

    line = Column(gettext_lazy("Line"), value="name", head=True)
    request = Column(gettext_lazy("What you ask for"), value="request", kind="money")
    why = Column(gettext_lazy("What it is for"), value="why")


def table_of(question: Question, lines: list[Line]) -> Table:
    """The table of a budget question."""
    kind = BudgetTable if question.options.get("match_column") else BudgetWithoutMatch
    return kind(rows_of(lines), caption=_("Budget"))


def rows_of(lines: list[Line]) -> list[dict[str, Any]]:
    """The lines with amounts in dollars, and a last row with the totals."""
    totals = Totals.of(line.value for line in lines)
    rows = [
        {"name": line.name, "request": dollars(line.value["request"]), "match": dollars(line.value["match"]), "why": line.value["why"]}
        for line in lines
    ]  # fmt: skip
    return [
        *rows,
        {"name": str(_("Total")), "request": dollars(totals.request), "match": dollars(totals.match), "why": ""},
    ]


@requires("proposals.edit")
@require_POST
def add_line(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """Add a line that the solicitation does not name."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    question = found_or_404(
        Question.objects.filter(solicitation_id=submission.solicitation_id, kind=QuestionKind.BUDGET), pk=question_id
    )
    form = AddLineForm(request.POST)
    if form.is_valid():
        try:
            budgets.add_line(actor=actor_of(request), submission=submission, question=question, given=form.in_cents())
            messages.success(request, _("The line is added."))
        except Invalid as invalid:
            for found in invalid.problems.values():
                for message in found:
                    messages.error(request, message)
    else:
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
    return htmx.redirect(request, back_to(submission, question))


@requires("proposals.view")
@require_safe
def totals(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """The sums of a budget as they are saved: the fragment that renews itself after each save, and a page."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    crumbs(request, submission)
    part = next((p for p in draft(submission).parts if p.question.pk == question_id and p.lines), None)
    if part is None:
        raise Http404
    context = {"submission": submission, "part": part}
    return htmx.reply(request, "solicitations/answers/totals.html", "solicitations/answers/_totals.html", context)


@requires("proposals.view")
@require_safe
def download(request: HttpRequest, pk: int, question_id: int) -> HttpResponseBase:
    """The budget as CSV."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    part = next((p for p in draft(submission).parts if p.question.pk == question_id and p.lines), None)
    if part is None:
        raise Http404
    return csv_response(table_of(part.question, part.lines), f"budget-{submission.solicitation.number}")


patterns = [
    path("our-answers/<int:pk>/budget/<int:question_id>/add/", add_line, name="proposal_line_add"),
    path("our-answers/<int:pk>/budget/<int:question_id>/totals/", totals, name="proposal_totals"),
    path("our-answers/<int:pk>/budget/<int:question_id>.csv", download, name="proposal_budget_csv"),
]
