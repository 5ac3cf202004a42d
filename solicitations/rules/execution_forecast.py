"""solicitations.execution_forecast: on which day is a contract expected to be executed, and can its term still begin in time?

Portal policy, way to execution: "The expected day of execution is found by adding, along the path that takes longest, the
business days each step still takes. A step takes what such steps took in the department in the last year, where the least
number the policy states ended then, and else the service days promised. A warning is given as soon as the first day of the
term comes before the day by which four of five are executed, and again when it comes before the middle one."
"""

from datetime import date
from typing import Any

from procurement_portal.law.facts import Count, Day, Facts, Given, ListOf, Text, refuse
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("When is this contract executed?")
CITES = ("Portal policy, way to execution",)
FACTS = Facts(
    asked_on=Day(label=gettext_noop("Day of the forecast")),
    starts_on=Day(label=gettext_noop("First day of the term"), optional=True),
    steps=ListOf(
        Facts(
            name=Text(label=gettext_noop("Step")),
            after=ListOf(Text(), label=gettext_noop("Waits for")),
            service_days=Count(label=gettext_noop("Service days")),
            seen=Count(label=gettext_noop("Such steps ended in the last year"), optional=True, default=0),
            p50_days=Count(label=gettext_noop("Days half of them took at most"), optional=True),
            p80_days=Count(label=gettext_noop("Days four of five took at most"), optional=True),
            opened_on=Day(label=gettext_noop("Opened on"), optional=True),
            done_on=Day(label=gettext_noop("Done on"), optional=True),
        ),
        unique="name",
        at_least=1,
        label=gettext_noop("Steps"),
    ),
)
LEAST = "portal.forecast_least_steps"
READINGS = ()
PARAMETERS = (LEAST,)
ANSWERS = (
    "expected_p50_on",
    "expected_p80_on",
    "path",
    "days_left_p50",
    "days_left_p80",
    "from_history",
    "ends",
    "warning",
)
_POLICY = "Portal policy, way to execution"

_SENTENCES = {
    "none": gettext_noop("Expected to be executed by %(p50)s, and in four of five cases by %(p80)s."),
    "p80": gettext_noop("The first day may not be met: expected by %(p50)s, in four of five cases by %(p80)s."),
    "p50": gettext_noop("The first day cannot be met: expected by %(p50)s, in four of five cases by %(p80)s."),
}


def check(given: Given) -> None:
    """A step waits for steps of this way, never for itself in the end; days of history come whole. Raises `InvalidInput`."""
    steps = {step.name: step for step in given.steps}
    for number, step in enumerate(given.steps, 1):
        path = f"steps[{number}]"
        for name in step.after:
            if name not in steps:
                raise refuse(f"{path}.after", name, "names of steps in this list")
        if step.seen and (step.p50_days is None or step.p80_days is None):
            raise refuse(f"{path}.p50_days", "nothing", "the days taken, where such steps ended")
        if step.done_on is not None and (step.opened_on is None or step.done_on < step.opened_on):
            raise refuse(f"{path}.done_on", step.done_on, "a day on or after the step was opened")
    _ordered(given)


def _ordered(given: Given) -> list[Given]:
    """The steps, each after those it waits for. Raises `InvalidInput` when they wait for each other in a circle."""
    placed: dict[str, Given] = {}
    waiting = list(given.steps)
    while waiting:
        ready = [step for step in waiting if all(name in placed for name in step.after)]
        if not ready:
            raise refuse("steps", ", ".join(step.name for step in waiting), "steps that do not wait for each other")
        placed.update((step.name, step) for step in ready)
        waiting = [step for step in waiting if step.name not in placed]
    return list(placed.values())


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: expected_p50_on and expected_p80_on (the last step's day); path (names of the steps along the longest way by
    p80, those left only); days_left_p50, days_left_p80 (business days along it); from_history (names of the steps left whose
    days come from history, the others from service days); ends (each step's day, by the days half of them take); warning ("none", "p80", "p50")."""
    least = law.value(LEAST, given.asked_on)
    ordered = _ordered(given)
    learned = [step.name for step in ordered if step.done_on is None and step.seen >= least]
    middle = _ends(ordered, {s.name: s.p50_days if s.name in learned else s.service_days for s in ordered}, given, law)
    likely = _ends(ordered, {s.name: s.p80_days if s.name in learned else s.service_days for s in ordered}, given, law)
    path = _path(ordered, likely)
    for step in ordered:
        if step.name in path:
            law.step(
                step.name,
                gettext_noop("business days after what it waits for, or since it was opened; today at the earliest"),
                {
                    gettext_noop("half take at most"): step.p50_days if step.name in learned else step.service_days,
                    gettext_noop("four of five take at most"): step.p80_days
                    if step.name in learned
                    else step.service_days,
                    gettext_noop("steps seen in the last year"): step.seen,
                },
                likely[step.name],
                _POLICY,
                "date",
            )
    p50 = law.step(
        gettext_noop("Half are executed by"),
        gettext_noop("the day of the last step, with the days half of them take"),
        {gettext_noop("asked on"): given.asked_on},
        max(middle.values()),
        _POLICY,
        "date",
    )
    p80 = law.step(
        gettext_noop("Four of five are executed by"),
        gettext_noop("the day of the last step along the longest path, with the days four of five take"),
        {gettext_noop("asked on"): given.asked_on},
        max(p50, *likely.values()),
        _POLICY,
        "date",
    )
    warning = "none"
    if path and given.starts_on is not None:
        warning = "p50" if p50 > given.starts_on else "p80" if p80 > given.starts_on else "none"
    return {
        "expected_p50_on": p50,
        "expected_p80_on": p80,
        "path": path,
        "days_left_p50": _business_days(law, given.asked_on, p50),
        "days_left_p80": _business_days(law, given.asked_on, p80),
        "from_history": learned,
        "ends": middle,
        "warning": warning,
    }


def _ends(ordered: list[Given], days: dict[str, int], given: Given, law: Workings) -> dict[str, date]:
    """The day on which each step ends: done, or counted from its opening or from the last step it waits for."""
    ends: dict[str, date] = {}
    for step in ordered:
        if step.done_on is not None:
            ends[step.name] = step.done_on
            continue
        begun = step.opened_on
        if begun is None:
            begun = max([given.asked_on, *(ends[name] for name in step.after)])
        ends[step.name] = max(law.calendar.add_business_days(begun, days[step.name]), law.calendar.roll(given.asked_on))
    return ends


def _path(ordered: list[Given], ends: dict[str, date]) -> list[str]:
    """The steps that are left along the longest way, first to last; among equals the one later in the list."""
    steps = {step.name: step for step in ordered}
    left = [step for step in ordered if step.done_on is None]
    path: list[str] = []
    here = max(left, key=lambda step: ends[step.name], default=None)
    while here is not None:
        path.append(here.name)
        before = [steps[name] for name in here.after if steps[name].done_on is None]
        here = max(before, key=lambda step: ends[step.name], default=None) if here.opened_on is None else None
    return path[::-1]


def _business_days(law: Workings, first: date, last: date) -> int:
    """Business days after `first` up to `last`; 0 when that day has passed."""
    count = 0
    day = law.calendar.next_business_day(first)
    while day <= last:
        count, day = count + 1, law.calendar.next_business_day(day)
    return count


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["warning"]], {"p50": answer["expected_p50_on"], "p80": answer["expected_p80_on"]}
