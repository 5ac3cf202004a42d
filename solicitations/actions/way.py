"""The forecast of a contract's execution: kept when it changes, and the early warning when the term's first day is in danger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.law import engine
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.people.desks import holders
from procurement_portal.people.jurisdictions import government
from procurement_portal.people.models.membership import Desk
from procurement_portal.time.clock import chicago, now, today
from solicitations.events import ContractExecuted
from solicitations.models.contract import Contract, ContractParticipant
from solicitations.models.trace import Trace
from solicitations.notifications.way import FirstDayInDanger, StartInDanger
from solicitations.queries.way import ON_THE_WAY, RULE, expected, forecasts, on_the_way, warned
from solicitations.states import ParticipantPart

DESK = "contracts"
POLICY = "Portal policy, way to execution"
SERVICE_DAYS = 5  # business days to answer a warning, where there is no desk that states its own
CLOSING_HOUR = 17
# What of the answer is worth a new row: the days left change every day by themselves.
_KEPT = ("expected_p50_on", "expected_p80_on", "path", "warning")


@transaction.atomic
def recompute(*, actor: Actor, contract_id: int) -> Trace | None:
    """Forecast the execution of one contract anew and return the newest kept forecast; None when it has no way any more.

    A forecast is kept when its day, its path or its warning changed. A warning starts a clock at the department's desk for
    contracts and tells the desk and the organization, once for each kind and first day; when it is over the clock stops.
    Right when it runs twice. Raises DoesNotExist for an unknown number.
    """
    row = Contract.objects.select_for_update(of=("self",)).select_related("department").get(pk=contract_id)
    outcome = expected(row, now()) if row.status in ON_THE_WAY else None
    if outcome is None:
        clocks.stop(row, RULE, "executed" if row.signed_at else "ended", actor)
        return None
    last = next(iter(forecasts(row)), None)
    if last is None or any(last.answer[name] != outcome.trace["answer"][name] for name in _KEPT):
        before = {name: last.answer[name] for name in _KEPT} if last else None
        last = Trace.objects.create(
            rule=RULE,
            subject_type="solicitations.contract",
            subject_id=str(row.pk),
            content=dict(outcome.trace),
            law=str(outcome.trace["law"]),
            asked_on=today(),
        )
        record(actor, "contract.forecast", row, before=before, after={k: last.answer[k] for k in _KEPT}, law=POLICY)
    if outcome["warning"] == "none":
        clocks.stop(row, RULE, "in_time", actor)
    else:
        _warn(row, outcome)
    return last


def sweep() -> int:
    """Forecast every contract on its way, and what was warned about before, anew, each in its own transaction; returns how many. Right when it runs twice."""
    actor = Actor.system("nightly forecast")
    numbers = list(on_the_way(actor).values_list("pk", flat=True))
    numbers += sorted(warned() - set(numbers))
    for pk in numbers:
        recompute(actor=actor, contract_id=pk)
    return len(numbers)


def on_executed(event: ContractExecuted) -> None:
    """The last signature ends the warning."""
    recompute(actor=Actor.system("both sides signed"), contract_id=event.contract_id)


def contracts_desk(department_id: int) -> Desk | None:
    """The department's desk for contracts, if somebody holds it today: at an empty desk nobody would see what waits."""
    desk = Desk.objects.filter(department_id=department_id, function=DESK, closed_at__isnull=True).first()
    return desk if desk is not None and holders(desk, today()) else None


def _warn(row: Contract, outcome: engine.Outcome) -> None:
    desk = contracts_desk(row.department_id)
    url = reverse("solicitations:way-contract", args=[row.number])
    if desk is not None or row.made_by_id is not None:
        clocks.start(
            row,
            rule=RULE,
            citation=POLICY,
            what=_("Decide what happens on the first day of %(number)s") % {"number": row.number},
            due_at=_answer_by(row, desk),
            desk=desk,
            user_id=None if desk else row.made_by_id,
            url=url,
        )
    facts = {
        "contract_id": row.pk,
        "number": row.number,
        "title": row.title,
        "starts_on": row.starts_on,
        "p50_on": outcome["expected_p50_on"],
        "p80_on": outcome["expected_p80_on"],
        "level": outcome["warning"],
    }
    notice = StartInDanger(**facts, url=url)
    if desk is not None:
        send(notice, to=recipients.desk(desk))
    elif row.made_by_id is not None:
        send(notice, to=recipients.users([row.made_by_id]))
    for part in ContractParticipant.objects.filter(contract=row, part=ParticipantPart.PRIME):
        send(
            FirstDayInDanger(**facts, url=reverse("solicitations:way-own", args=[row.pk])),
            to=recipients.organization(part.organization_id, scopes=row.scopes),
        )


def _answer_by(row: Contract, desk: Desk | None) -> datetime:
    calendar = government(row.department.jurisdiction).calendar()
    days = desk.service_days if desk else SERVICE_DAYS
    return chicago(calendar.add_business_days(today(), days), CLOSING_HOUR)
