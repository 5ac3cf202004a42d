"""payments.prompt_payment: by when a bill is approved and paid, and what interest a late payment carries.

Illinois Local Government Prompt Payment Act:

50 ILCS 505/3: a bill is approved or disapproved within 30 days after the receipt of the bill or after the goods or services were
received, whichever is later.

505/4: an approved bill is paid within 30 days after the date of approval; if it is not, an interest penalty of 1% of any amount
approved and unpaid is added for each month or fraction thereof after the end of this 30 day period, until final payment.

505/5: if the official fails to approve or disapprove in the period of section 3, the penalty is computed from the date 60 days
after the receipt of the bill or of the goods or services, whichever is later. A late approval does not move that date.

2 CFR 200.305(b)(3): a federally funded reimbursement is paid within 30 calendar days after receipt of the billing. Both clocks run;
the earlier one is the target.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from procurement_portal.law.calendar import months_or_parts
from procurement_portal.law.facts import Boolean, Day, Facts, Given, ListOf, Money, refuse
from procurement_portal.law.money import share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import ROLL, Workings

TITLE = gettext_noop("By when is a bill approved and paid, and what interest does a late payment carry?")
CITES = ("50 ILCS 505/3", "50 ILCS 505/4", "50 ILCS 505/5", "2 CFR 200.305(b)(3)")
FACTS = Facts(
    bill_received_on=Day(label=gettext_noop("Bill received on")),
    services_received_on=Day(optional=True, label=gettext_noop("Goods or services received on, if later")),
    amount=Money(label=gettext_noop("Amount of the bill")),
    approved_on=Day(optional=True, label=gettext_noop("Approved on")),
    payments=ListOf(
        Facts(paid_on=Day(label=gettext_noop("Paid on")), amount=Money(label=gettext_noop("Amount paid"))),
        label=gettext_noop("Payments"),
    ),
    as_of=Day(optional=True, label=gettext_noop("Interest is reckoned to")),
    federally_funded=Boolean(label=gettext_noop("Paid from federal funds")),
)
APPROVAL, PAYMENT, UNDECIDED = "state.approval_days", "state.payment_days", "state.undecided_penalty_days"
RATE, FEDERAL = "state.late_interest_monthly_percentage", "federal.reimbursement_days"
READINGS = (ROLL,)
PARAMETERS = (APPROVAL, PAYMENT, UNDECIDED, RATE, FEDERAL)
ANSWERS = ("approval_due", "payment_due", "penalty_start", "months", "interest", "federal_due", "target")
_COUNTED = gettext_noop("the first day is not counted, the last is; a closed last day moves to the next open one")
_NOT_ROLLED = gettext_noop("calendar days, the first day not counted; a closed last day stays the last")


def check(given: Given) -> None:
    """Payments are parts of the bill, made by `as_of`; approval follows receipt. Raises `InvalidInput`."""
    if given.approved_on is not None and given.approved_on < given.bill_received_on:
        raise refuse("approved_on", given.approved_on, "a day on or after the receipt of the bill")
    unpaid = given.amount - sum((payment.amount for payment in given.payments), Decimal(0))
    if unpaid < 0:
        raise refuse(
            "payments", f"payments of {given.amount - unpaid}", f"at most the amount of the bill, {given.amount}"
        )
    if given.as_of is None:
        if unpaid:
            raise refuse("as_of", "nothing", "the day to which interest is reckoned, while any of the bill is unpaid")
        return
    for position, payment in enumerate(given.payments, 1):
        if payment.paid_on > given.as_of:
            raise refuse(f"payments[{position}].paid_on", payment.paid_on, f"a day on or before {given.as_of}, as_of")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: approval_due; payment_due (null until approved); penalty_start; months (months or parts of one after that day,
    to the last payment, or to as_of while any is unpaid); interest (dollars, half-up once); federal_due (null without federal
    funds); target (the earlier of payment_due and federal_due; null where neither runs)."""
    approval_due, payment_due, penalty_start = _clocks(given, law)
    months, interest = _interest(given, penalty_start, law)
    federal_due = None
    if given.federally_funded:
        days = int(law.value(FEDERAL))
        federal_due = law.step(
            gettext_noop("Federal reimbursement due"),
            _NOT_ROLLED,
            {gettext_noop("bill received"): given.bill_received_on, gettext_noop("days"): days},
            given.bill_received_on + timedelta(days=days),
            law.cite(FEDERAL),
            "date",
        )
    target = law.step(
        gettext_noop("Target"),
        gettext_noop("the earlier of the days on which payment is due"),
        {gettext_noop("payment due"): payment_due, gettext_noop("federal reimbursement due"): federal_due},
        min((day for day in (payment_due, federal_due) if day is not None), default=None),
        law.cite(PAYMENT),
        "date",
    )
    found = (approval_due, payment_due, penalty_start, months, interest, federal_due, target)
    return dict(zip(ANSWERS, found, strict=True))


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {**answer, "interest": dollars(answer["interest"])}
    if answer["months"]:
        template = gettext_noop(
            "Interest of %(interest)s: paid late after %(penalty_start)s; months, a part counting as a whole one: %(months)s."
        )
    elif answer["payment_due"] is None:
        template = gettext_noop(
            "The bill is approved or disapproved by %(approval_due)s; interest runs from %(penalty_start)s."
        )
    else:
        template = gettext_noop("Payment is due by %(target)s; no interest has run.")
    return template, values


def _clocks(given: Given, law: Workings) -> tuple[date, date | None, date]:
    received = max(given.bill_received_on, given.services_received_on or given.bill_received_on)
    days = int(law.value(APPROVAL))
    approval_due: date = law.step(
        gettext_noop("Approval due"),
        _COUNTED,
        {
            gettext_noop("bill received"): given.bill_received_on,
            gettext_noop("goods or services received"): given.services_received_on,
            gettext_noop("days after the later"): days,
        },
        law.roll(received + timedelta(days=days)),
        law.cite(APPROVAL),
        "date",
    )
    payment_due: date | None = None
    if given.approved_on is not None:
        days = int(law.value(PAYMENT))
        payment_due = law.step(
            gettext_noop("Payment due"),
            _COUNTED,
            {gettext_noop("approved"): given.approved_on, gettext_noop("days"): days},
            law.roll(given.approved_on + timedelta(days=days)),
            law.cite(PAYMENT),
            "date",
        )
        if given.approved_on <= approval_due and payment_due is not None:
            penalty_start: date = law.step(
                gettext_noop("Interest runs after"),
                gettext_noop("approved in time: the day payment is due"),
                {gettext_noop("approved"): given.approved_on, gettext_noop("approval due"): approval_due},
                payment_due,
                law.cite(PAYMENT),
                "date",
            )
            return approval_due, payment_due, penalty_start
    days = int(law.value(UNDECIDED))
    penalty_start = law.step(
        gettext_noop("Interest runs after"),
        gettext_noop("not decided in time: days after the later receipt; a closed last day stays the last"),
        {gettext_noop("received"): received, gettext_noop("days"): days},
        received + timedelta(days=days),
        law.cite(UNDECIDED),
        "date",
    )
    return approval_due, payment_due, penalty_start


def _interest(given: Given, start: date, law: Workings) -> tuple[int, Decimal]:
    """Each dollar carries the rate for each month at whose start it was unpaid: as many months as passed until it was paid."""
    late = [(each.amount, months_or_parts(start, each.paid_on)) for each in given.payments if each.amount]
    unpaid = given.amount - sum((amount for amount, _ in late), Decimal(0))
    if unpaid:
        late.append((unpaid, months_or_parts(start, given.as_of)))
    months = law.step(
        gettext_noop("Months or parts of a month late"),
        gettext_noop("calendar months after the day interest runs, a part counting as a whole one"),
        {gettext_noop("interest runs after"): start, gettext_noop("to"): None if not unpaid else given.as_of},
        max((count for _, count in late), default=0),
        law.cite(RATE),
    )
    rate = law.value(RATE)
    balances = sum((amount * count for amount, count in late), Decimal(0))
    interest = law.cents(
        gettext_noop("Interest"),
        gettext_noop("the balances unpaid at the start of each month, added up, × rate ÷ 100"),
        {gettext_noop("balances added up"): dollars(balances), gettext_noop("rate"): percent(rate)},
        share(balances, rate),
        law.cite(RATE),
    )
    return months, interest
