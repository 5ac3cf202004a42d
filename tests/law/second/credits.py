"""The County's credits, veterans and bids, a second time: bands by cross-multiplication, months day by day, ties by trying."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F
from itertools import groupby, permutations, product
from typing import Any

from tests.law.second.numbers import ONE, half_up, month_on, percent_of

Given = dict[str, Any]
START = date(2018, 1, 1)


def eligible_veteran(given: Given, readings: Given) -> Given:
    months, days = 0, 0
    for period in given["periods"]:
        day, whole = period["from"], 0
        while day < period["to"]:
            day += ONE
            days += 1
            if day == month_on(period["from"], whole + 1):
                whole, days = whole + 1, days - (day - month_on(period["from"], whole)).days
        months += whole
    months += days // 30
    reasons = [("six_months", months >= 6), ("duration", given["served_duration_of_hostilities"]),
               ("hardship", given["hardship_discharge"]),
               ("disability", given["released_for_service_connected_disability"] and given["honorable_discharge"])]  # fmt: skip
    basis = ([name for name, holds in reasons if holds] or [None])[0]
    if given["service"] == "allied" and not (given["us_citizen"] and given["hostilities"]):
        basis = None
    if readings.get("county.veteran.honorable") == "all" and not given["honorable_discharge"]:
        basis = None
    found = given["disability_percent"]
    return {
        "eligible": bool(basis),
        "basis": basis,
        "service_disabled": bool(basis and found is not None and F(found) >= 10),
    }


def earned_credit(given: Given, readings: Given) -> Given:
    program, hours = given["program"], given["labor_hours"]
    total, counted = F(hours["contractor_hourly"]) + F(hours["subcontractor_hourly"]), F(0)
    oldest = 18 if readings.get("county.youth.age") == "under_19" else 19
    for one in given["program_hours"]:
        fits = program != "youth" or (16 <= one["age"] <= oldest and one["county_resident"])
        if fits and one["documented"]:
            counted += F(one["hours"])
    estimate, bid = F(given["estimated_value"]) >= 100000, F(given["bid_price"]) >= 100000
    basis = readings.get("county.qc.basis", "both")
    qualifying = bid if basis == "bid_price_only" else estimate or bid if basis == "either" else estimate and bid
    part = counted * 100
    if readings.get("county.ec.bands") == "rounded_tenth":
        part = F(int(part / total * 10 + F(1, 2)), 10) * total
    lowest, first, second = (1, F("0.25"), F("0.5")) if program == "youth" else (5, F("0.5"), F(1))
    rate = second if part > 10 * total else first if part >= lowest * total else None
    needed = program != "youth" or readings.get("county.ec.youth_goal") == "needed"
    reason = None
    if not qualifying:
        reason = "not_qualifying"
    elif rate is None:
        reason = "below_band"
    elif needed and counted * 100 < F(given["goal_percent"]) * total:
        reason = "goal_not_met"
    credit = half_up(F(given["bid_price"]) * rate / 100) if reason is None and rate else F(0)
    return {"qualifying": qualifying, "denominator": total, "counted_hours": counted, "percent": percent_of(counted, total),
            "credit": credit, "reason": reason}  # fmt: skip


def usable(certificate: Given, advertised: date, due: date, base: F, public_works: bool) -> bool:
    """A certificate that deducts: valid by walking three years, in force, over the floor, unused, for public works."""
    if certificate["program"] != "reentry" and advertised <= START:
        return False
    valid = certificate["issued_on"] <= due <= month_on(certificate["issued_on"], 36)
    floor = base >= F(certificate["qualifying_bid_price"])
    return valid and floor and public_works and not certificate.get("consumed", False)


def _evaluated(bid: Given, given: Given, readings: Given, lowest: F) -> tuple[F, list[tuple[str, F]]]:
    base, found = F(bid["base_bid"]), []
    if not (given["federally_funded"] and readings.get("pref.federal_block") != "ignore"):
        of = lowest if readings.get("county.vbe.base") == "lowest_bid" else base
        credits = [(F(one["amount"]), one["program"]) for one in bid["certificates"]
                   if usable(one, given["advertised_on"], given["due_on"], base, given["public_works"])]  # fmt: skip
        allowed = readings.get("county.ec.max_per_bid", "one")
        if allowed == "one":
            credit = max([amount for amount, _ in credits] or [F(0)])
        elif allowed == "all":
            credit = sum((amount for amount, _ in credits), F(0))
        else:
            credit = sum(
                (max([F(0), *(a for a, p in credits if p == name)]) for name in ("reentry", "apprentice", "youth")),
                F(0),
            )
        hours = given["public_works"] and F(bid["veteran_hours_percent"]) >= 5
        found = [("earned_credit", credit), ("veteran_workplace", half_up(of / 100) if hours else F(0)),
                 ("veteran_business", half_up(of / 20) if bid["vbe"] or bid["sdvbe"] else F(0))]  # fmt: skip
        found = [(name, amount) for name, amount in found if amount]
        if readings.get("county.stack.deductions") == "max_one" and found:
            most = max(amount for _, amount in found)
            found = [next(one for one in found if one[1] == most)]
    return base - sum((amount for _, amount in found), F(0)), found


def _winner(order: list[Given], given: Given, readings: Given, lowest: F) -> tuple[str, str | None]:
    """Who is recommended if equals stand in this order."""
    first, basis = order[0], readings.get("county.pref.cap_basis", "base_bids")

    def within(bid: Given) -> bool:
        if basis == "evaluated":
            return bid["evaluated"] - first["evaluated"] <= first["evaluated"] / 20
        measure = lowest if basis == "lowest_raw" else F(first["base_bid"])
        return F(bid["base_bid"]) - measure <= measure / 20

    blocked = given["federally_funded"] and readings.get("pref.federal_block") != "ignore"
    passing = []
    for flag in ("social_enterprise", "local_business"):
        candidate = next((bid for bid in order if bid[flag]), None)
        if candidate and within(candidate) and not blocked:
            passing.append((flag, candidate))
    precedence = readings.get("county.pref.precedence")
    if precedence == "local_first":
        passing.reverse()
    if precedence == "lowest_preferred":
        passing.sort(key=lambda one: order.index(one[1]))
    return (passing[0][1]["bidder"], passing[0][0]) if passing else (first["bidder"], None)


def recommended(given: Given, readings: Given) -> Given:
    """Every order of equals is tried: one winner in all of them is recommended, else the officer decides."""
    bids = [dict(bid) for bid in given["bids"] if bid["responsive"] and bid["responsible"]]
    if not bids:
        return {"recommended": None, "decision_required": False, "evaluated": {}, "contract_price": None}
    lowest = min(F(bid["base_bid"]) for bid in bids)
    for bid in bids:
        bid["evaluated"], bid["found"] = _evaluated(bid, given, readings, lowest)
    bids.sort(key=lambda bid: bid["evaluated"])
    groups = [list(group) for _, group in groupby(bids, key=lambda bid: bid["evaluated"])]
    orders = [
        [bid for group in choice for bid in group] for choice in product(*(list(permutations(g)) for g in groups))
    ]
    winners = {_winner(order, given, readings, lowest)[0] for order in orders}
    answer: Given = {
        "evaluated": {bid["bidder"]: bid["evaluated"] for bid in bids},
        "decision_required": len(winners) > 1,
    }
    if len(winners) > 1:
        return answer | {"recommended": None, "contract_price": None, "premium_percent": None, "benchmark": None}
    name = winners.pop()
    bid = next(bid for bid in bids if bid["bidder"] == name)
    answer |= {"recommended": name, "contract_price": F(bid["base_bid"])}
    answer["premium_percent"] = percent_of(F(bid["base_bid"]) - lowest, lowest)
    if len(groups[0]) == 1:
        answer["benchmark"] = bids[0]["bidder"]
        applied = [one for one, _ in bid["found"]]
        section = _winner(orders[0], given, readings, lowest)[1]
        answer["preferences_applied"] = applied + ([section] if section and name != bids[0]["bidder"] else [])
    return answer


def certificate_award(given: Given, readings: Given) -> Given:
    card, me, entitled = given["certificate"], given["bidder"], []
    for number, project in enumerate(given["projects"]):
        mine = [F(bid["base_bid"]) for bid in project["bids"] if bid["bidder"] == me]
        others = [F(bid["base_bid"]) for bid in project["bids"] if bid["bidder"] != me]
        acts = mine and usable(card, project["advertised_on"], project["due_on"], mine[0], True)
        if acts and (not others or mine[0] - F(card["amount"]) < min(others)):
            entitled.append((project["advertised_on"], -mine[0], number))
    entitled.sort()
    equals = [number for day, base, number in entitled if (day, base) == entitled[0][:2]]
    applied = equals[0] if len(equals) == 1 else None
    answer: Given = {"applied_to": None, "winners": {}, "prices": {}, "decision_required": len(equals) > 1}
    for number, project in enumerate(given["projects"]):
        prices = sorted((F(bid["base_bid"]), bid["bidder"]) for bid in project["bids"])
        winner: tuple[F | None, str | None] = (None, None)
        if number == applied:
            answer["applied_to"] = project["project"]
            winner = next(one for one in prices if one[1] == me)
        elif number not in equals and prices:
            if len(prices) > 1 and prices[0][0] == prices[1][0]:
                answer["decision_required"] = True
            else:
                winner = prices[0]
        answer["prices"][project["project"]], answer["winners"][project["project"]] = winner
    return answer
