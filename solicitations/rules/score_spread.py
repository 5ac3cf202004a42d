"""solicitations.score_spread: do the readers of one proposal lie so far apart on one criterion that they have to meet?

Portal policy, evaluation: "Where the points of the readers for one criterion of one proposal lie further apart than the
stated percent of the criterion's highest score, the readers meet and look at the proposal together."
"""

from typing import Any

from procurement_portal.law.facts import Day, Facts, Given, ListOf, Number, Percent, refuse
from procurement_portal.law.money import share
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Do the readers have to meet?")
CITES = ("Portal policy, evaluation",)
FACTS = Facts(
    compared_on=Day(label=gettext_noop("Day the scores are compared")),
    max_points=Number(1, label=gettext_noop("Highest score of the criterion")),
    points=ListOf(Number(0), at_least=1, label=gettext_noop("Points of the readers")),
    percent=Percent(
        optional=True,
        label=gettext_noop("Percent stated for this evaluation"),
        help=gettext_noop("Without it the policy's percent counts."),
    ),
)
PERCENT = "portal.score_spread_percent"
READINGS = ()
PARAMETERS = (PERCENT,)
ANSWERS = ("spread", "bound", "meeting")
_POLICY = "Portal policy, evaluation"

_SENTENCES = {
    True: gettext_noop("The readers meet: their points lie %(spread)s apart, and the bound is %(bound)s."),
    False: gettext_noop("No meeting: the points lie %(spread)s apart, and the bound is %(bound)s."),
}


def check(given: Given) -> None:
    """No point above the criterion's highest score. Raises `InvalidInput`."""
    for index, points in enumerate(given.points, 1):
        if points > given.max_points:
            raise refuse(f"points[{index}]", points, "at most the highest score of the criterion")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: spread (highest less lowest points), bound (points above which the readers meet), meeting."""
    percent = law.value(PERCENT, given.compared_on) if given.percent is None else given.percent
    bound = law.step(
        gettext_noop("Bound"),
        gettext_noop("the percent of the criterion's highest score"),
        {gettext_noop("percent"): percent, gettext_noop("highest score"): given.max_points},
        share(given.max_points, percent),
        _POLICY,
    )
    spread = law.step(
        gettext_noop("Spread"),
        gettext_noop("the highest points less the lowest"),
        {gettext_noop("highest"): max(given.points), gettext_noop("lowest"): min(given.points)},
        max(given.points) - min(given.points),
        _POLICY,
    )
    return {"spread": spread, "bound": bound, "meeting": spread > bound}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["meeting"]], {"spread": answer["spread"], "bound": answer["bound"]}
