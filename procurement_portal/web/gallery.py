"""The gallery: every recurring piece in every state, with invented people and organizations. Shown at /gallery."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement_portal.law.explain import Explanation, Figure, Line, Understanding
from procurement_portal.web import charts, pieces, words
from procurement_portal.web.fields import DateField, InstantField, MoneyField, UploadField
from procurement_portal.web.pagination import Page
from procurement_portal.web.shell import NavItem
from procurement_portal.web.tables import Column, Table

NOW = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=gettext_lazy("Legal name"), help_text=gettext_lazy("As it stands on the charter."))
    amount = MoneyField(
        label=gettext_lazy("Amount asked for"), least=Decimal(1000), help_text=gettext_lazy("At least $1,000.00.")
    )
    people = forms.IntegerField(label=gettext_lazy("People served in a year"), min_value=1)
    begins = DateField(label=gettext_lazy("First day of the program"), required=False)
    due = InstantField(label=gettext_lazy("Due"), help_text=gettext_lazy("By the clocks of Chicago."))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organization"), widget=forms.RadioSelect,
        choices=[("n", gettext_lazy("Nonprofit")), ("b", gettext_lazy("Business")), ("f", gettext_lazy("Fiscal sponsor"))],
    )  # fmt: skip
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Where you work"), widget=forms.CheckboxSelectMultiple,
        choices=[("25", words.data("Austin")), ("50", words.data("Pullman")), ("31", words.data("Lower West Side"))], help_text=gettext_lazy("Choose all that fit."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the answer"), widget=forms.Select({"translate": "no"}), choices=[("en", "English"), ("es", "Español")]
    )  # fmt: skip
    story = forms.CharField(label=gettext_lazy("How the program works"), widget=forms.Textarea, required=False)
    budget = UploadField(label=gettext_lazy("Budget"), most_bytes=25_000_000, endings=[".pdf", ".xlsx"])
    agreed = forms.BooleanField(label=gettext_lazy("I may sign for this organization"))


class SampleTable(Table):
    """A table with every kind of column."""

    number = Column(gettext_lazy("Number"), head=True, link=lambda row: "#tables", sort="number")
    vendor = Column(gettext_lazy("Organization"), sort="vendor")
    paid = Column(gettext_lazy("Paid"), kind="money", sort="paid")
    share = Column(gettext_lazy("Share"), kind="percent")
    due = Column(gettext_lazy("Due"), kind="day")


class WideTable(SampleTable):
    """A ledger too wide for a phone: it scrolls in its own frame."""

    wide = True
    paid_again = Column(gettext_lazy("Paid by the end of the fiscal year"), value="paid", kind="money")
    note = Column(gettext_lazy("Account"), value=lambda row: "017-50-4805-2913", kind="data")


def _clocks() -> list[pieces.Clock]:
    begun = NOW - timedelta(days=20)

    def one(days: int, stopped: datetime | None = None) -> pieces.Clock:
        return pieces.Clock(
            begun,
            NOW + timedelta(days=days, hours=6, minutes=30),
            NOW,
            _("Payment is due within 30 days."),
            "50 ILCS 505/4",
            stopped,
        )

    return [one(12), one(3), one(-2), one(5, NOW - timedelta(days=1)), one(-9, NOW - timedelta(days=3))]


def _why() -> Explanation:
    return Explanation(
        sentence=_("Interest of $12.50 is owed because the invoice was paid 5 days late."),
        lines=(
            Line(_("Amount paid late"), "", (), "$7,500.00", "", True),
            Line(_("Days late"), _("paid on − due on"), ((_("paid on"), "2026-11-20"), (_("due on"), "2026-11-15")), "5", "", False),
            Line(_("Interest"), _("amount × rate × days ÷ 30"), (), "$12.50", "50 ILCS 505/4", True),
        ),
        figures=(Figure("rate", _("Rate a month"), "1%", _("from 1986-07-01"), "50 ILCS 505/4", _("enacted")),),
        understandings=(
            Understanding("part_month", "A-1", _("Is a part of a month counted by days?"), "days", _("By days, of thirty a month."), True, (_("By months: %(amount)s") % {"amount": "$75.00"},)),
        ),
        citations=("50 ILCS 505/3", "50 ILCS 505/4"),
        reading_sensitive=True,
    )  # fmt: skip


def context() -> dict[str, Any]:
    """Everything the gallery shows."""
    clocks, why = _clocks(), _why()
    act = pieces.Act(_("Review voucher 7"), "#work")
    refused = SampleForm(
        QueryDict(
            "name=&amount=12.345&people=0&begins_month=2&begins_day=30&begins_year=2027&kind=n&areas=25&language=en"
        )
    )
    rows = [
        {"number": "24-0117", "vendor": "Harbor Lights Youth Alliance", "paid": Decimal("125000.00"), "share": Decimal("0.265"), "due": date(2026, 11, 27)},
        {"number": "24-0118", "vendor": "Prairie Meals Cooperative", "paid": Decimal("-1840.5"), "share": Decimal("0.04"), "due": None},
    ]  # fmt: skip
    return {
        "clocks": clocks,
        "why": why,
        "groups": [
            pieces.WorkGroup(_("Late"), [pieces.WorkRow(_("Voucher 7"), "#work", words.data("Harbor Lights Youth Alliance"), clocks[2], _("Fiscal desk"), act)]),
            pieces.WorkGroup(_("This week"), [pieces.WorkRow(_("Publish addendum 2"), "#work", _("Youth employment"), clocks[1], _("Program desk"), pieces.Act(_("Publish"), "#work", "post"))]),
            pieces.WorkGroup(_("Waiting for others"), [pieces.WorkRow(_("Signature of the department"), "#work", words.data("Prairie Meals Cooperative"), clocks[0], _("Legal desk"), None, _("7 days there"))]),
        ],
        "way": [
            pieces.Step(_("Notice published"), "done", _("Program desk"), 4, 5, None, date(2026, 9, 14)),
            pieces.Step(_("Answers read"), "done", _("Evaluators"), 30, 30, None, date(2026, 11, 3)),
            pieces.Step(_("Contract signed"), "now", _("Legal desk"), 21, 30, date(2026, 12, 3), None, _("The department signs next.")),
            pieces.Step(_("First payment"), "later", _("Fiscal desk"), None, 30, date(2027, 1, 8)),
        ],
        "way_late": [pieces.Step(_("Contract signed"), "late", _("Legal desk"), 44, 30, date(2026, 12, 3)), pieces.Step(_("First payment"), "later", "", None, 30)],
        "facts": [
            pieces.Fact(_("Amount"), "$2,400,000.00"), pieces.Fact(_("Awards"), "8"), pieces.Fact(_("Due"), _("Fri, Nov 27, 2026, 5:00 pm CST")),
            pieces.Fact(_("Term"), _("12 months, renewable twice")), pieces.Fact(_("Who may answer"), _("Nonprofits")), pieces.Fact(_("Questions to"), words.data("Marisol Ibarra")),
        ],
        "sections": [
            pieces.Section(_("Your organization"), "#sections", "done"), pieces.Section(_("The program"), "#sections", "started", _("2 of 5 questions")),
            pieces.Section(_("Budget"), "#sections", "missing", _("Due with the answer")),
        ],
        "entries": [
            pieces.Entry(NOW, _("Addendum 2 published"), "Marisol Ibarra", _("Program desk"), _("The due date moved by a week."), "MCC 2-92-418"),
            pieces.Entry(NOW - timedelta(days=3), _("Question answered"), "Theo Lindqvist", _("Program desk")),
        ],
        "before": "Answers are due on November 20 at noon.",
        "after": "Answers are due on November 27 at 5:00 pm.",
        "form": SampleForm(prefix="filter"),
        "refused": refused,
        "table": SampleTable(rows, caption=_("Contracts of the program"), totals={"paid": Decimal("123159.50")}),
        "wide_table": WideTable(rows, caption=_("Ledger")),
        "empty_table": SampleTable([], caption=_("Contracts of next year")),
        "page": Page(rows, 3, 25, 1000, True, QueryDict("q=youth")),
        "tabs": [NavItem(_("Open"), "#tabs", True, 12), NavItem(_("Closed"), "#tabs", False, 340)],
        "bars": charts.bars(_("Vouchers are paid in 23 days, down from 61"), [charts.Bar("2024", 61, 30), charts.Bar("2025", 38, 30), charts.Bar("2026", 23, 30)], less_is_better=True, show=lambda n: _("%(n)s days") % {"n": n}),
        "steps": charts.steps(_("The small purchase limit doubled in 2022"), [(date(2015, 1, 1), 50000), (date(2019, 7, 1), 100000), (date(2022, 1, 1), 200000)], date(2026, 11, 24), show=lambda n: f"${n:,}"),
        "spark": charts.sparkline([61, 55, 58, 41, 38, 30, 23], _("Days to payment fell from 61 to 23")),
        "map": charts.area_map(_("Every community area is served; most organizations work in Austin"), {n: (n * 37) % 23 for n in range(1, 78) if n != 76} | {25: 41}),
        "saved_at": datetime(2026, 11, 22, 20, 14, tzinfo=UTC),
        "due": datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "noon": datetime(2026, 11, 27, 18, 0, tzinfo=UTC), "midnight": datetime(2026, 7, 4, 5, 0, tzinfo=UTC),
        "credit": Decimal("-1234.5"), "amount": Decimal("1234.5"),
    }  # fmt: skip


def gallery(request: HttpRequest) -> HttpResponse:
    """The page. The composition root gives it its address and says who may see it."""
    return render(request, "gallery.html", context())
