"""The rules of payments and of the City's participation, a second time: on fractions, from the texts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction as F
from typing import Any

from tests.law.second.numbers import after, down, half_up, in_row, month_on, open_days_after, percent_of, rolled, up

Given = dict[str, Any]
MBE = [("", "25"), ("1991-01-01", "21.1"), ("1992-01-01", "19.5"), ("1993-01-01", "17.7"), ("1994-01-01", "16.9"),
       ("2020-01-01", "22")]  # fmt: skip
WBE = [("", "5"), ("1992-01-01", "4.9"), ("1993-01-01", "4.8"), ("1994-01-01", "4.5"), ("2020-01-01", "6")]
TM_MBE = [("1991-01-01", "5"), ("1992-01-01", "7"), ("1993-01-01", "9"), ("1994-01-01", "10"), ("2020-01-01", "12")]
TM_WBE = [
    ("1991-01-01", "0.25"),
    ("1992-01-01", "0.5"),
    ("1993-01-01", "0.75"),
    ("1994-01-01", "1"),
    ("2020-01-01", "2"),
]
BROKER = [("", "20"), ("1991-01-01", "10"), ("1992-01-01", "5"), ("1993-01-01", "0")]


def prompt_payment(given: Given, readings: Given) -> Given:
    rolls = readings.get("calendar.roll") != "no_roll"
    received = given["bill_received_on"]
    if given.get("services_received_on") and given["services_received_on"] > received:
        received = given["services_received_on"]
    approval_due = rolled(after(received, 30), rolls)
    approved = given.get("approved_on")
    payment_due = rolled(after(approved, 30), rolls) if approved else None
    start = payment_due if approved and approved <= approval_due else after(received, 60)
    amount, paid = F(given["amount"]), [(each["paid_on"], F(each["amount"])) for each in given["payments"]]
    unpaid = amount - sum(part for _, part in paid)
    end = given["as_of"] if unpaid else max((day for day, part in paid if part), default=start)
    months, interest = 0, F(0)
    while (boundary := month_on(start, months)) < end:
        balance = amount - sum(part for day, part in paid if day <= boundary)
        interest += balance / 100
        months += 1
    federal = after(given["bill_received_on"], 30) if given["federally_funded"] else None
    targets = [day for day in (payment_due, federal) if day]
    return {"approval_due": approval_due, "payment_due": payment_due, "penalty_start": start, "months": months,
            "interest": half_up(interest), "federal_due": federal, "target": min(targets) if targets else None}  # fmt: skip


def subcontractor_payment(given: Given, readings: Given) -> Given:
    return {"due": rolled(after(given["prime_paid_on"], 15), readings.get("calendar.roll") != "no_roll")}


def advance(given: Given, readings: Given) -> Given:
    cap = down(F(given["award"]) * F(given["cap_percent"]) / 100)
    requested, funds = F(given["requested"]), F(given["funds_available"])
    if requested <= cap and requested <= funds:
        return {"advance": requested, "limited_by": "requested"}
    return {"advance": cap, "limited_by": "cap"} if cap <= funds else {"advance": funds, "limited_by": "funds"}


def recoupment(given: Given, readings: Given) -> Given:
    award, left = F(given["award"]), F(given["advance"])
    rate, recouped, net = left / award, [], []
    for voucher in given["vouchers"]:
        amount = F(voucher["amount"])
        part = left if voucher.get("final") else half_up(amount * rate)
        part = min(part, left, amount)
        left -= part
        recouped.append(part)
        net.append(amount - part)
    return {"recouped": recouped, "net": net, "outstanding": left}


def indirect_cost_limit(given: Given, readings: Given) -> Given:
    new = given["award_on"] >= date(2024, 10, 1)
    most, rate = (50000, 15) if new else (25000, 10)
    base = sum(F(value) for name, value in given["costs"].items() if name != "equipment")
    for subaward in given["subawards"]:
        base += F(subaward) if F(subaward) < most else most
    return {"base": base, "rate_percent": F(rate), "limit": half_up(base * rate / 100)}


def _required(value: F, rate: F, readings: Given) -> F:
    return (half_up if readings.get("city.commitment.rounding") == "half_up" else up)(value * rate / 100)


def _rates(given: Given) -> dict[str, F]:
    found = {"mbe": in_row(MBE, given["advertised_on"]), "wbe": in_row(WBE, given["advertised_on"])}
    return {one: F(given[f"revised_{one}_percent"]) if given.get(f"revised_{one}_percent") is not None else rate
            for one, rate in found.items()}  # fmt: skip


def _parts(one: Given, advertised: date, readings: Given) -> dict[str, F] | str:
    """What a participant counts in each class before rounding, or why it counts nothing."""
    held, amount = set(one["certified"]), F(one["amount"])
    extent = F(60 if one["role"] == "supplier" and str(readings.get("city.credit.supplier_pct")) == "60" else 100)
    if one["role"] == "broker":
        extent = in_row(BROKER, one.get("contract_on") or advertised)
    if held and extent == 0:
        return "broker"
    parts = dict.fromkeys(held, amount)
    if len(held) == 2 and readings.get("city.credit.dual") != "both":
        parts = {name: F(part) for name, part in (one.get("split") or {}).items()}
        if not parts or sum(parts.values()) != amount:
            return "split_missing"
    return {name: part * extent / 100 for name, part in parts.items()}


def participation_credit(given: Given, readings: Given) -> Given:
    value, prime, both = F(given["contract_value"]), given["prime"], readings.get("city.credit.dual") == "both"
    own = value
    for one in given["participants"]:
        own -= F(one["amount"])
    credit, status = {"mbe": F(0), "wbe": F(0)}, set(prime["certified"])
    if prime["form"] == "single":
        if len(status) == 2 and not both:
            status = {prime["credit_as"]}
        for one in status:
            credit[one] = own
    else:
        base = value if readings.get("city.credit.jv_base") == "whole_contract" else own
        status = set()
        for one in credit:
            credit[one] = half_up(base * F(prime[f"{one}_share_percent"]) / 100)
    refused = []
    for one in given["participants"]:
        parts = _parts(one, given["advertised_on"], readings)
        if isinstance(parts, str):
            refused.append({"firm": one["firm"], "reason": parts})
            continue
        for name, part in parts.items():
            credit[name] += half_up(part)
    answer: Given = {"self_performed": own, "refused": refused, "met": True}
    suffices = readings.get("city.credit.own_status") == "status_suffices"
    for one, rate in _rates(given).items():
        answer[f"{one}_credit"], answer[f"{one}_required"] = credit[one], _required(value, rate, readings)
        short = answer[f"{one}_required"] - credit[one]
        answer[f"{one}_short"] = F(0) if short < 0 or (suffices and one in status) else short
        if credit[one] * 100 < value * rate and not (suffices and one in status):
            answer["met"] = False
    return answer


def shortfall_penalty(given: Given, readings: Given) -> Given:
    value = F(given["award_value"])
    if readings.get("city.commitment.base") != "initial_value":
        for change in given["changes"]:
            value += F(change)
    answer: Given = {"value": value}
    gap = {}
    for one, rate in _rates(given).items():
        answer[f"{one}_commitment"] = _required(value, rate, readings)
        gap[one] = answer[f"{one}_commitment"] - F(given["achieved"][one])
    if readings.get("city.penalty.offset") == "offset" and min(gap.values()) < 0:
        total = max(F(0), gap["mbe"] + gap["wbe"])
        gap = {one: total if gap[one] > 0 else F(0) for one in gap}
    answer |= {f"{one}_discrepancy": max(F(0), amount) for one, amount in gap.items()}
    answer["penalty"] = answer["mbe_discrepancy"] + answer["wbe_discrepancy"]
    answer["maximum_fine"] = F(10000 * given["offenses"])
    answer["maximum_total"] = answer["penalty"] + answer["maximum_fine"]
    answer["maximum_bar_years"] = 5 if answer["maximum_total"] else 0
    return answer


def indirect_participation(given: Given, readings: Given) -> Given:
    whole, reached, credited = F(given["amount"]), F(0), {}
    for claim in given["claims"]:
        before = min(whole, reached)
        reached += F(claim["amount"])
        credited[claim["contract"]] = min(whole, reached) - before
    return {"credited": credited, "remaining": whole - min(whole, reached)}


def target_market_designation(given: Given, readings: Given) -> Given:
    aim, small = F(given["set_aside"]), F(given["small_awards"])
    fill, taken, total = readings.get("city.tm.fill", "until_reached"), [], F(0)
    eligible = [one for one in given["candidates"] if one["interested_firms"] > 2]
    for one in eligible:
        value, missing = F(one["estimated_value"]), aim - small - total
        if fill == "nearest":
            take = abs(missing - value) < abs(missing)
        else:
            take = missing > 0 and (fill == "until_reached" or value <= missing)
        if take:
            taken.append(one["id"])
            total += value
    return {"eligible": [one["id"] for one in eligible], "designated": taken, "designated_value": total,
            "remaining": max(F(0), aim - small - total), "overshoot": max(F(0), small + total - aim)}  # fmt: skip


def target_market_set_aside(given: Given, readings: Given) -> Given:
    base, january = F(given["estimated_awards"]) - F(given["delegate_agency_awards"]), date(given["year"], 1, 1)
    return {"base": base, "mbe": half_up(base * in_row(TM_MBE, january) / 100),
            "wbe": half_up(base * in_row(TM_WBE, january) / 100)}  # fmt: skip


def award_goal(given: Given, readings: Given) -> Given:
    base = F(given["all_awards"]) - F(given["delegate_agency_awards"])
    answer: Given = {"base": base}
    for one, rate in (("mbe", 30), ("wbe", 8)):
        awarded, goal = F(given[one]), up(base * rate / 100)
        answer |= {f"{one}_goal": goal, f"{one}_percent": percent_of(awarded, base)}
        answer |= {f"{one}_gap": goal - awarded if goal > awarded else F(0), f"{one}_met": awarded * 100 >= base * rate}
    return answer


def hearing_clock(given: Given, readings: Given) -> Given:
    rolls = readings.get("calendar.roll") != "no_roll"
    last, asked = rolled(after(given["final_decision_received_on"], 15), rolls), given["hearing_requested_on"]
    if asked and asked <= last:
        return {
            "request_deadline": last,
            "timely": True,
            "hearing_by": rolled(after(asked, 30), rolls),
            "impose_from": None,
        }
    return {
        "request_deadline": last,
        "timely": False if asked else None,
        "hearing_by": None,
        "impose_from": after(last, 1),
    }


def records_access(given: Given, readings: Given) -> Given:
    clear = readings.get("city.access.clear_days") is True
    return {"earliest_access": open_days_after(given["noticed_on"], 6 if clear else 5)}
