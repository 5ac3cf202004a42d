"""Reviews, waivers, goals and certificates by themselves, a second time."""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

from tests.law.second.credits import START, usable
from tests.law.second.money import MBE, WBE
from tests.law.second.numbers import ONE, half_up, in_row, month_on, open_days_after, percent_of, up

Given = dict[str, Any]


def participation_commitment(given: Given, readings: Given) -> Given:
    keys = ("mbe_percent", "wbe_percent", "mbe_dollars", "wbe_dollars")
    value, bid = F(given["estimated_value"]), given["method"] == "competitive_bid"
    if value <= 10000 or given["target_market"] or not given["in_scope"]:
        return {"required": False, "negotiate": False, **dict.fromkeys(keys)}
    answer: Given = {"required": bid, "negotiate": not bid}
    for one, rows in (("mbe", MBE), ("wbe", WBE)):
        revised = given.get(f"revised_{one}_percent")
        rate = F(revised) if revised is not None else in_row(rows, given["advertised_on"] or given["awarded_on"])
        rounded = half_up if readings.get("city.commitment.rounding") == "half_up" else up
        answer |= {f"{one}_percent": rate, f"{one}_dollars": rounded(value * rate / 100)}
    return answer


def modification_review(given: Given, readings: Given) -> Given:
    threshold = max(F(given["initial_value"]) / 10, F(50000))
    strict, gross = (
        readings.get("city.mod.comparison") == "more_than",
        readings.get("city.mod.aggregate") == "gross_increases",
    )
    review = []
    for count, request in enumerate(given["requests"], 1):
        counted = [F(one) for one in given["requests"][:count] if F(one) > 0 or not gross]
        most = max(F(request), sum(counted, F(0)))
        review.append(most > threshold or (most == threshold and not strict))
    return {"threshold": half_up(threshold), "review": review}


def commitment_waiver(given: Given, readings: Given) -> Given:
    pooled, answer = readings.get("city.waiver.pooling") == "pooled", {}
    asked = [given[one] for one in ("mbe", "wbe") if given[one]]
    for one in ("mbe", "wbe"):
        counted = asked if pooled else [given[one]]
        if not given[one]:
            answer[one] = None
            continue
        firms, failed = sum(each["appropriate"] for each in counted), sum(each["unsuccessful"] for each in counted)
        deemed = firms > 0 and 2 * failed >= firms and given["documented"]
        answer[one] = {"solicited_percent": percent_of(F(failed), F(firms)), "deemed_appropriate": deemed}
    notified = given["association_notified_on"]
    late = notified is None or open_days_after(notified, 5) > given["bid_due_on"]
    answer["missing"] = ["documentation"] * (not given["documented"]) + ["association_notice"] * late
    return answer


def veteran_goal(given: Given, readings: Given) -> Given:
    whole, counted = F(given["expenditures"]), F(given["prime"]) + F(given["subcontracts"])
    return {"goal": up(whole * 3 / 100), "counted": counted, "percent": percent_of(counted, whole),
            "achieved": counted * 100 >= whole * 3}  # fmt: skip


def certificate_standing(given: Given, readings: Given) -> Given:
    base, due = F(given["base_bid"]), given["bid_due_on"]
    sound = usable(given, START + ONE, due, base, given["public_works"])
    reasons = (("expired", due > month_on(given["issued_on"], 36)), ("not_yet_issued", due < given["issued_on"]),
               ("below_floor", base < F(given["qualifying_bid_price"])), ("consumed", given["consumed"]))  # fmt: skip
    reason = None if sound else next((name for name, holds in reasons if holds), "not_public_works")
    return {"usable": sound, "reason": reason, "deduction": F(given["amount"]) if sound else F(0)}


def target_market_participation(given: Given, readings: Given) -> Given:
    value, passed_on = F(given["contract_value"]), F(given["uncertified_subcontracts"])
    return {"prime_eligible": all("mbe" in held or "wbe" in held for held in given["venturers"]),
            "subcontracting_allowed": 2 * passed_on <= value, "maximum_uncertified": F(int(value * 50), 100)}  # fmt: skip
