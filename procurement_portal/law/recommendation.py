"""Who is recommended among evaluated bids: the lowest bidder, or a preferred one within the cap over it, or nobody yet.

Cook County Code 34-230 and 34-241 (committee substitute): "The CPO shall recommend award of the Procurement to the lowest
Responsible and Responsive Bidder which is a Local Business [Social Enterprise], so long as the Bid of such Bidder does not exceed
the Bid of the lowest Responsible and Responsive Bidder by more than five percent." The text does not say what happens between
equals: where it matters which of them is lowest, the officer decides (A-54); where it does not, there is nothing to decide.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

EITHER = "either"


class Bid(NamedTuple):
    """A responsive and responsible bid, evaluated. `deductions`: code to dollars, only those that deduct."""

    name: str
    base: Decimal
    evaluated: Decimal
    deductions: dict[str, Decimal]
    sections: tuple[str, ...]


class Result(NamedTuple):
    """A winner and the section it came through (None: as the lowest), or those whose tie an officer decides."""

    winner: Bid | None
    section: str | None
    tied: tuple[Bid, ...]


Within = Callable[[Bid, Bid], bool]
# A section's code, and its lowest-evaluated bidders: more than one if they are tied.
Section = tuple[str, tuple[Bid, ...]]


def names(bids: Iterable[Bid]) -> tuple[str, ...]:
    """The bidders' names, in their order."""
    return tuple(sorted(bid.name for bid in bids))


def within_cap(basis: str, cap: Decimal, lowest: Decimal) -> Within:
    """The test of "does not exceed the Bid of the lowest ... by more than five percent", by the bids that are compared.

    In: the reading `county.pref.cap_basis`, the cap in percent, the lowest base bid.
    """
    most = 100 + cap  # of a hundred; a product of two amounts of money is exact in decimals
    if basis == "evaluated":
        return lambda candidate, benchmark: 100 * candidate.evaluated <= most * benchmark.evaluated
    if basis == "lowest_raw":
        return lambda candidate, benchmark: 100 * candidate.base <= most * lowest
    return lambda candidate, benchmark: 100 * candidate.base <= most * benchmark.base


def recommend(sections: Sequence[Section], benchmark: Bid, within: Within | None) -> Result:
    """Who is recommended if `benchmark` is the lowest bidder: the first section whose candidate is within the cap, else it."""
    if not sections or within is None:
        return Result(benchmark, None, ())
    code, tied = sections[0]
    if code == EITHER:
        return _either(sections, benchmark, within)
    passing = [bid for bid in tied if within(bid, benchmark)]
    if not passing:
        return recommend(sections[1:], benchmark, within)
    if len(passing) == len(tied) == 1:
        return Result(passing[0], code, ())
    possible: set[str | None] = {bid.name for bid in passing}
    if len(passing) < len(tied):
        otherwise = recommend(sections[1:], benchmark, within)
        possible.add(otherwise.winner and otherwise.winner.name)
    return Result(passing[0], code, ()) if len(possible) == 1 else Result(None, None, tied)


def _either(sections: Sequence[Section], benchmark: Bid, within: Within) -> Result:
    """Candidates of both sections, equally low: who alone passes the cap is recommended, else the officer decides."""
    (_, social), (_, local) = sections
    possible: dict[str, Bid] = {}
    for one in social:
        for other in local:
            passing = [bid for bid in (one, other) if within(bid, benchmark)] or [benchmark]
            possible.update((bid.name, bid) for bid in passing)
            if len(possible) > 1:
                return Result(None, None, tuple({bid.name: bid for bid in (*social, *local)}.values()))
    winner = next(iter(possible.values()))
    section = "social_enterprise" if winner in social else "local_business"
    return Result(winner, section if winner in (*social, *local) else None, ())
