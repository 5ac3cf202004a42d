"""solicitations.certificate_award: on which of several projects does an earned credit certificate act, and who wins each?

Cook County Code 34-239(h), 34-240(h) (committee substitute): The bidder may apply the earned credit certificate on multiple future
project bids during the three-year period in which the certificate is valid, but may only receive one bid incentive for bid
evaluation purposes on one project contract award. If the contractor applies the earned credit certificate on multiple project bids
and is the lowest responsive and responsible bidder on more than one project bid, the earned credit certificate shall be applied to
the project first to be advertised ..., or if multiple project bids were advertised on the same date, the earned credit certificate
shall be applied only to the project with the greatest dollar value.

Read by analogy also for re-entry certificates (A-57). The other projects are judged again without it (A-49). Public works,
responsive bids of responsible bidders, and no other preference are presumed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Choice, Day, Facts, Given, ListOf, Money, Text, refuse
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings
from solicitations.rules.certificate_standing import AFTER_FIRST_DAY, YEARS, usable

TITLE = gettext_noop("On which project does an earned credit certificate act?")
CITES = ("Cook County Code 34-239(h)", "Cook County Code 34-240(h)")
FACTS = Facts(
    certificate=Facts(
        group_label=gettext_noop("Earned credit certificate"),
        program=Choice("reentry", "apprentice", "youth", label=gettext_noop("Program of the certificate")),
        issued_on=Day(label=gettext_noop("Issued on")),
        amount=Money(label=gettext_noop("Amount printed on it")),
        qualifying_bid_price=Money(label=gettext_noop("Bid price of the qualifying contract")),
    ),
    bidder=Text(label=gettext_noop("Bidder who holds it")),
    projects=ListOf(
        Facts(
            project=Text(label=gettext_noop("Project")),
            advertised_on=Day(label=gettext_noop("Advertised on")),
            due_on=Day(label=gettext_noop("Due on")),
            bids=ListOf(
                Facts(
                    bidder=Text(label=gettext_noop("Bidder")),
                    base_bid=Money(positive=True, label=gettext_noop("Base bid")),
                ),
                unique="bidder",
                label=gettext_noop("Bids"),
            ),
        ),
        unique="project",
        label=gettext_noop("Projects"),
    ),
)
READINGS = ()
PARAMETERS = (YEARS, *AFTER_FIRST_DAY.values())
ANSWERS = ("applied_to", "winners", "prices", "decision_required")
_SECTION = {"reentry": CITES[0], "apprentice": CITES[0], "youth": CITES[1]}


def check(given: Given) -> None:
    """Bids are due on or after advertisement. Raises `InvalidInput`."""
    for position, project in enumerate(given.projects, 1):
        if project.due_on < project.advertised_on:
            allowed = f"a day on or after {project.advertised_on.isoformat()}, its advertisement"
            raise refuse(f"projects[{position}].due_on", project.due_on, allowed)


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: applied_to (the project, or null), winners and prices (project to bidder and base bid; null between equals,
    where there is no bid, and for projects equally entitled to the certificate), decision_required."""
    cite = _SECTION[given.certificate.program]
    lowest_on = [project for project in given.projects if _lowest_with_it(given, project, law)]
    entitled = _entitled(given.bidder, lowest_on)
    law.step(
        gettext_noop("Lowest with the certificate"),
        gettext_noop("the projects on which the bidder's base bid less the amount is lower than every other bid"),
        {gettext_noop("bidder"): given.bidder, gettext_noop("amount"): dollars(given.certificate.amount)},
        [project.project for project in lowest_on],
        cite,
    )
    applied = entitled[0] if len(entitled) == 1 else None
    law.step(
        gettext_noop("The certificate acts on"),
        gettext_noop("the first advertised of them; of several on one date, the one with the greatest base bid"),
        {gettext_noop("equally entitled"): [project.project for project in entitled]},
        None if applied is None else applied.project,
        cite,
    )
    winners: dict[str, str | None] = {}
    prices: dict[str, Decimal | None] = {}
    undecided = len(entitled) > 1
    for project in given.projects:
        if applied is not None and project.project == applied.project:
            name, price = given.bidder, _base(given.bidder, project)
        elif any(project.project == one.project for one in entitled):
            name, price = None, None
        else:
            name, price, equals = _lowest(project)
            undecided = undecided or equals
        winners[project.project], prices[project.project] = name, price
        law.step(
            gettext_noop("Winner"),
            gettext_noop("where the certificate acts its holder, else the lowest base bid; nobody between equals"),
            {
                gettext_noop("project"): project.project,
                gettext_noop("price"): None if price is None else dollars(price),
            },
            name,
            cite,
        )
    return {
        "applied_to": None if applied is None else applied.project,
        "winners": winners,
        "prices": prices,
        "decision_required": undecided,
    }


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {"project": answer["applied_to"], "bidder": given.bidder}
    if answer["applied_to"] is not None:
        return gettext_noop("The certificate acts on %(project)s, which %(bidder)s wins at its base bid."), values
    if answer["decision_required"]:
        return gettext_noop(
            "The officer decides between equals; until then the certificate acts on no project."
        ), values
    return gettext_noop("The certificate acts on no project: %(bidder)s is lowest with it on none."), values


def _base(bidder: str, project: Given) -> Decimal | None:
    return next((bid.base_bid for bid in project.bids if bid.bidder == bidder), None)


def _lowest_with_it(given: Given, project: Given, law: Workings) -> bool:
    """Whether the holder bid here, may use the certificate, and is lower than every other with it. Equal is not lower."""
    base = _base(given.bidder, project)
    if base is None:
        return False
    dates = (project.advertised_on, project.due_on)
    if not usable(given.certificate, *dates, base, law, public_works=True):
        return False
    return all(base - given.certificate.amount < bid.base_bid for bid in project.bids if bid.bidder != given.bidder)


def _entitled(bidder: str, projects: Sequence[Given]) -> list[Given]:
    """The first advertised; of those of one date, the greatest by the holder's base bid. More than one: equals."""
    first = min((project.advertised_on for project in projects), default=None)
    earliest = [project for project in projects if project.advertised_on == first]
    greatest = max((_base(bidder, project) or Decimal(0) for project in earliest), default=None)
    return [project for project in earliest if _base(bidder, project) == greatest]


def _lowest(project: Given) -> tuple[str | None, Decimal | None, bool]:
    """The lowest base bid's bidder and price, and whether there are equals."""
    least = min((bid.base_bid for bid in project.bids), default=None)
    first = [bid for bid in project.bids if bid.base_bid == least]
    return (first[0].bidder, least, False) if len(first) == 1 else (None, None, len(first) > 1)
