"""solicitations.evaluation_tally: from the readers' points to totals, minimums and the rank.

Portal policy, evaluation: "The points of the readers of a proposal are averaged for each criterion. Each average counts by
its share of the criterion's highest score, times the criterion's weight; the sum is the total, out of 100. Proposals are
ranked by the exact total. Where totals are equal, the higher average on the criterion of the greatest weight goes first, then
on the next one; criteria of equal weight are taken in the order of the notice. Proposals still equal share a rank, and the
officer decides between them with a reason. A proposal whose average lies below a criterion's minimum keeps its rank and is
not awarded."
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from procurement_portal.law.facts import Facts, Given, ListOf, Number, Text, refuse
from procurement_portal.law.money import exact, half_up, shown
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("In which order do the proposals stand?")
CITES = ("Portal policy, evaluation",)
FACTS = Facts(
    criteria=ListOf(
        Facts(
            id=Text(label=gettext_noop("Criterion")),
            weight=Number(0, 100, label=gettext_noop("Weight, of 100")),
            max_points=Number(1, label=gettext_noop("Highest score")),
            minimum=Number(0, optional=True, label=gettext_noop("Minimum")),
        ),
        unique="id",
        at_least=1,
        label=gettext_noop("Criteria, in the order of the notice"),
    ),
    proposals=ListOf(
        Facts(id=Text(label=gettext_noop("Proposal"))), unique="id", at_least=1, label=gettext_noop("Proposals")
    ),
    points=ListOf(
        Facts(
            proposal=Text(label=gettext_noop("Proposal")),
            reader=Text(label=gettext_noop("Reader")),
            criterion=Text(label=gettext_noop("Criterion")),
            points=Number(0, label=gettext_noop("Points")),
        ),
        at_least=1,
        label=gettext_noop("Points that count"),
    ),
)
DECIMALS = "portal.tally_decimals"
READINGS = ()
PARAMETERS = (DECIMALS,)
ANSWERS = ("proposals", "ties")
_POLICY = "Portal policy, evaluation"
_ONE = gettext_noop("%(count)s proposals are ranked; %(first)s stands first with %(total)s of 100.")


def check(given: Given) -> None:
    """Weights sum to 100; known names; points within bounds, once each; every reader scored every criterion; every proposal
    has a reader. Raises `InvalidInput` naming the row."""
    weights = sum(exact(criterion.weight) for criterion in given.criteria)
    if weights != 100:
        raise refuse("criteria", f"weights that sum to {shown(weights)}", "weights that sum to 100")
    criteria = {criterion.id: criterion for criterion in given.criteria}
    scored: dict[str, dict[str, set[str]]] = {proposal.id: {} for proposal in given.proposals}
    for index, row in enumerate(given.points, 1):
        at = f"points[{index}]"
        if row.proposal not in scored:
            raise refuse(f"{at}.proposal", row.proposal, "one of the proposals")
        if row.criterion not in criteria:
            raise refuse(f"{at}.criterion", row.criterion, "one of the criteria")
        if row.points > criteria[row.criterion].max_points:
            raise refuse(f"{at}.points", row.points, f"at most {shown(criteria[row.criterion].max_points)}")
        seen = scored[row.proposal].setdefault(row.reader, set())
        if row.criterion in seen:
            raise refuse(at, f"{row.reader} on {row.criterion} twice", "each criterion once a reader and proposal")
        seen.add(row.criterion)
    for proposal, readers in scored.items():
        if not readers:
            raise refuse("points", f"no reader of {proposal}", "points of at least one reader for each proposal")
        for reader, seen in readers.items():
            missing = [name for name in criteria if name not in seen]
            if missing:
                raise refuse(
                    "points", f"{reader} without {missing[0]} for {proposal}", "every criterion of every reader"
                )


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: proposals in the order of rank, each {proposal, rank, tied, total (exact), shown_total, means: [{criterion,
    mean}], below_minimum: [criterion]}; ties: lists of proposals that share a rank."""
    places = int(law.value(DECIMALS))
    means = _means(given)
    totals = {
        proposal: sum((exact(c.weight) * of[c.id] / exact(c.max_points) for c in given.criteria), start=Fraction(0))
        for proposal, of in means.items()
    }
    heaviest = sorted(given.criteria, key=lambda c: -c.weight)  # stable: equal weights keep the order of the notice

    def key(proposal: str) -> tuple[Fraction, ...]:
        return (totals[proposal], *(means[proposal][c.id] for c in heaviest))

    groups: dict[tuple[Fraction, ...], list[str]] = {}
    for proposal in means:
        groups.setdefault(key(proposal), []).append(proposal)
    rows: list[dict[str, Any]] = []
    for place in sorted(groups, reverse=True):
        rank = len(rows) + 1
        for proposal in groups[place]:
            total = law.step(
                gettext_noop("Total"),
                gettext_noop("for each criterion: weight × average of the readers ÷ highest score, summed"),
                {gettext_noop("proposal"): proposal, gettext_noop("averages"): _listed(means[proposal])},
                totals[proposal],
                _POLICY,
            )
            rows.append(
                {
                    "proposal": proposal,
                    "rank": rank,
                    "tied": len(groups[place]) > 1,
                    "total": total,
                    "shown_total": half_up(total, places),
                    "means": [{"criterion": c.id, "mean": means[proposal][c.id]} for c in given.criteria],
                    "below_minimum": [
                        c.id
                        for c in given.criteria
                        if c.minimum is not None and means[proposal][c.id] < exact(c.minimum)
                    ],
                }
            )
    return {"proposals": rows, "ties": [group for _, group in sorted(groups.items(), reverse=True) if len(group) > 1]}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    first = answer["proposals"][0]
    return _ONE, {"count": len(answer["proposals"]), "first": first["proposal"], "total": first["shown_total"]}


def _means(given: Given) -> dict[str, dict[str, Fraction]]:
    """Proposal → criterion → the readers' exact average."""
    found: dict[str, dict[str, list[Fraction]]] = {
        proposal.id: {criterion.id: [] for criterion in given.criteria} for proposal in given.proposals
    }
    for row in given.points:
        found[row.proposal][row.criterion].append(exact(row.points))
    return {proposal: {criterion: _mean(points) for criterion, points in of.items()} for proposal, of in found.items()}


def _mean(points: Sequence[Fraction]) -> Fraction:
    return sum(points, start=Fraction(0)) / len(points)


def _listed(means: Mapping[str, Fraction]) -> str:
    return "; ".join(f"{criterion} {shown(mean)}" for criterion, mean in means.items())
