"""Random facts for each money and date rule, bent toward the edges: half cents, bounds, month ends, holidays, equals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

Given = dict[str, Any]
EDGES = [date(2019, 12, 31), date(2020, 1, 1), date(1992, 12, 31), date(1993, 1, 1), date(2024, 2, 29), date(2024, 9, 30),
         date(2024, 10, 1), date(2027, 12, 31), date(2026, 6, 19), date(2018, 1, 1), date(2018, 1, 2)]  # fmt: skip


class Draw(Random):
    """A seeded source of facts."""

    def dollars(self, most: int = 1_000_000, least: int = 0) -> str:
        """Dollars as text, often small or round, so that half cents and equals occur."""
        cents = self.choice(
            [self.randint(0, 30), self.randint(0, most * 100), self.randint(0, most // 1000 + 1) * 100_000]
        )
        cents = min(max(cents, least), most * 100)
        return str(Decimal(cents).scaleb(-2))

    def part_of(self, whole: str) -> str:
        """No more than `whole`, often all or nothing of it."""
        cents = int(Decimal(whole) * 100)
        return str(Decimal(self.choice([0, cents, self.randint(0, cents)])).scaleb(-2))

    def percent(self, most: int = 100) -> str:
        """A percentage with up to two decimals."""
        return str(Decimal(self.randint(0, most * 100)).scaleb(-2))

    def day(self, first: int = 2005, last: int = 2035) -> date:
        """A day of these years, often a bound of the law or the end of a month."""
        edges = [day for day in EDGES if first <= day.year <= last]
        plain = date(first, 1, 1) + timedelta(days=self.randrange(365 * (last - first)))
        end = (plain.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return self.choice([plain, plain, end, self.choice(edges) if edges else plain])

    def yes(self, chance: float = 0.5) -> bool:
        """True, by chance."""
        return self.random() < chance

    def some(self, most: int) -> range:
        """So many things."""
        return range(self.randint(0, most))


def prompt_payment(draw: Draw) -> Given:
    received = draw.day(2008)
    services = received + timedelta(days=draw.randint(-20, 20)) if draw.yes() else None
    approved = received + timedelta(days=draw.choice([draw.randint(0, 70), 30, 31, 29])) if draw.yes(0.8) else None
    amount = draw.dollars()
    payments, left = [], amount
    for _ in draw.some(3):
        part = draw.part_of(left)
        left = str(Decimal(left) - Decimal(part))
        payments.append({"paid_on": received + timedelta(days=draw.randint(0, 400)), "amount": part})
    latest = max([each["paid_on"] for each in payments] + [received])
    return {"bill_received_on": received, "services_received_on": services, "amount": amount, "approved_on": approved,
            "payments": payments, "as_of": latest + timedelta(days=draw.randint(0, 300)), "federally_funded": draw.yes()}  # fmt: skip


def subcontractor_payment(draw: Draw) -> Given:
    return {"prime_paid_on": draw.day()}


def advance(draw: Draw) -> Given:
    return {"award": draw.dollars(least=1), "cap_percent": draw.percent(), "requested": draw.dollars(),
            "funds_available": draw.dollars()}  # fmt: skip


def recoupment(draw: Draw) -> Given:
    award = draw.dollars(least=1)
    vouchers: list[Given] = [{"amount": draw.part_of(award)} for _ in draw.some(6)]
    if vouchers and draw.yes():
        vouchers[-1]["final"] = True
    return {"award": award, "advance": draw.part_of(award), "vouchers": vouchers}


def indirect_cost_limit(draw: Draw) -> Given:
    kinds = ("salaries", "fringe", "supplies", "travel", "equipment")
    return {"award_on": draw.day(2023, 2026), "costs": {kind: draw.dollars() for kind in kinds},
            "subawards": [draw.choice([draw.dollars(100_000), "25000.00", "50000.01"]) for _ in draw.some(4)]}  # fmt: skip


def _revised(draw: Draw) -> Given:
    return {f"revised_{one}_percent": draw.percent(4) for one in ("mbe", "wbe") if draw.yes(0.2)}


def participation_credit(draw: Draw) -> Given:
    value = left = draw.dollars(least=1)
    people = []
    for number in draw.some(5):
        amount = draw.part_of(left)
        left = str(Decimal(left) - Decimal(amount))
        certified = draw.choice([[], ["mbe"], ["wbe"], ["mbe", "wbe"]])
        one = {"firm": f"F{number}", "role": draw.choice(["subcontractor", "supplier", "broker"]), "certified": certified,
               "amount": amount, "contract_on": draw.choice([None, draw.day(1989, 1995)])}  # fmt: skip
        if draw.yes(0.7):
            first = draw.part_of(amount)
            rest = str(Decimal(amount) - Decimal(first))
            one["split"] = {"mbe": first, "wbe": rest if draw.yes(0.8) else draw.part_of(rest)}
        people.append(one)
    prime = {"form": draw.choice(["single", "joint_venture"]), "certified": draw.choice([[], ["mbe"], ["wbe"], ["wbe", "mbe"]]),
             "mbe_share_percent": draw.percent(60), "wbe_share_percent": draw.percent(40),
             "credit_as": draw.choice(["mbe", "wbe"])}  # fmt: skip
    return {
        "advertised_on": draw.day(1989, 2026),
        "contract_value": value,
        "prime": prime,
        "participants": people,
        **_revised(draw),
    }


def shortfall_penalty(draw: Draw) -> Given:
    value = draw.dollars()
    changes = [draw.dollars(10_000) for _ in draw.some(3)] + ([f"-{draw.part_of(value)}"] if draw.yes() else [])
    return {"advertised_on": draw.day(1989, 2026), "award_value": value, "changes": changes, "offenses": draw.randint(0, 3),
            "achieved": {"mbe": draw.part_of(value), "wbe": draw.part_of(value)}, **_revised(draw)}  # fmt: skip


def indirect_participation(draw: Draw) -> Given:
    return {"amount": draw.dollars(), "claims": [{"contract": f"K{n}", "amount": draw.dollars()} for n in draw.some(5)]}


def target_market_designation(draw: Draw) -> Given:
    candidates = [
        {"id": f"K{n}", "estimated_value": draw.dollars(5), "interested_firms": draw.randint(1, 5)}
        for n in draw.some(6)
    ]
    return {"program": "mbe", "set_aside": draw.dollars(10), "candidates": candidates, "small_awards": draw.dollars(3)}


def target_market_set_aside(draw: Draw) -> Given:
    whole = draw.dollars()
    return {"year": draw.randint(1991, 2030), "estimated_awards": whole, "delegate_agency_awards": draw.part_of(whole)}


def award_goal(draw: Draw) -> Given:
    whole = draw.dollars()
    delegate = draw.part_of(whole)
    base = str(Decimal(whole) - Decimal(delegate))
    return {
        "all_awards": whole,
        "delegate_agency_awards": delegate,
        "mbe": draw.part_of(base),
        "wbe": draw.part_of(base),
    }


def hearing_clock(draw: Draw) -> Given:
    received = draw.day()
    asked = received + timedelta(days=draw.randint(0, 20)) if draw.yes(0.7) else None
    return {"final_decision_received_on": received, "hearing_requested_on": asked}


def records_access(draw: Draw) -> Given:
    return {"noticed_on": draw.day()}


def eligible_veteran(draw: Draw) -> Given:
    periods, day = [], draw.day(1990, 2020)
    for _ in draw.some(3):
        end = day + timedelta(days=draw.choice([draw.randint(0, 120), 181, 184, 30]))
        periods.append({"from": day, "to": end})
        day = end + timedelta(days=draw.choice([0, 1, 100]))
    draw.shuffle(periods)
    flags = ("us_citizen", "hostilities", "served_duration_of_hostilities", "hardship_discharge",
             "released_for_service_connected_disability", "honorable_discharge")  # fmt: skip
    found = {flag: draw.yes(0.8 if flag in ("us_citizen", "hostilities") else 0.3) for flag in flags}
    return {"service": draw.choice(["us", "allied"]), "periods": periods, **found,
            "disability_percent": draw.choice([None, "9.99", "10", draw.percent()])}  # fmt: skip


def earned_credit(draw: Draw) -> Given:
    total, left, rows = draw.choice([1000, 997, draw.randint(1, 5000)]), 0, []
    left = total
    for _ in draw.some(4):
        hours = draw.choice([total // 20, total // 10, draw.randint(0, total // 8 + 1), total // 100])
        hours = min(hours, left)
        left -= hours
        rows.append(
            {
                "hours": hours,
                "documented": draw.yes(0.85),
                "age": draw.randint(15, 20),
                "county_resident": draw.yes(0.8),
            }
        )
    mine = draw.randint(0, total)
    excluded = {
        kind: draw.randint(0, 50) for kind in ("nonworking_foremen", "superintendents", "owners", "not_prevailing_wage")
    }
    amounts = [draw.choice(["100000.00", "99999.99", draw.dollars()]) for _ in range(2)]
    return {"program": draw.choice(["reentry", "apprentice", "youth"]), "estimated_value": amounts[0], "bid_price": amounts[1],
            "goal_percent": draw.choice(["5", "10", draw.percent(12)]), "program_hours": rows,
            "labor_hours": {"contractor_hourly": mine, "subcontractor_hourly": total - mine, **excluded}}  # fmt: skip


def _certificate(draw: Draw, due: date) -> Given:
    issued = due - timedelta(days=draw.choice([1095, 1096, 1097, 0, -1, 30, 400]))
    return {"program": draw.choice(["reentry", "apprentice", "youth"]), "issued_on": issued, "amount": draw.dollars(8),
            "qualifying_bid_price": draw.choice(["0", "100.00", "103.00"])}  # fmt: skip


def bid_evaluation(draw: Draw) -> Given:
    advertised = draw.choice([date(2018, 1, 1), date(2018, 1, 2), draw.day(2019)])
    due = advertised + timedelta(days=draw.randint(0, 60))
    bids = []
    for number in draw.some(5):
        base = draw.choice(
            ["100.00", "100.00", "105.00", "105.01", "105.26", str(Decimal(draw.randint(9500, 11200)).scaleb(-2))]
        )
        certificates = [_certificate(draw, due) | {"consumed": draw.yes(0.1)} for _ in draw.some(2)]
        bids.append({"bidder": f"B{number}", "base_bid": base, "responsive": draw.yes(0.95), "responsible": draw.yes(0.95),
                     "local_business": draw.yes(0.4), "social_enterprise": draw.yes(0.4), "vbe": draw.yes(0.2),
                     "sdvbe": draw.yes(0.1), "veteran_hours_percent": draw.choice(["0", "0", "4.99", "5"]),
                     "certificates": certificates if draw.yes(0.4) else []})  # fmt: skip
    return {
        "public_works": draw.yes(0.7),
        "federally_funded": draw.yes(0.1),
        "advertised_on": advertised,
        "due_on": due,
        "bids": bids,
    }


def certificate_award(draw: Draw) -> Given:
    projects = []
    for number in draw.some(4):
        advertised = date(2026, 1, 1) + timedelta(days=draw.randint(0, 1))
        bases = [str(Decimal(draw.randint(100, 106))) for _ in range(3)]
        bids = [{"bidder": name, "base_bid": base} for name, base in zip("ABC", bases, strict=True) if draw.yes(0.8)]
        projects.append(
            {"project": f"P{number}", "advertised_on": advertised, "due_on": date(2026, 3, 1), "bids": bids}
        )
    return {"certificate": _certificate(draw, date(2026, 3, 1)), "bidder": "A", "projects": projects}


def participation_commitment(draw: Draw) -> Given:
    advertised = draw.day(1989, 2026)
    negotiated = draw.yes()
    return {"method": "negotiated" if negotiated else "competitive_bid", "target_market": draw.yes(0.1), "in_scope": draw.yes(0.9),
            "estimated_value": draw.choice(["10000.00", "10000.01", draw.dollars()]), **_revised(draw),
            "advertised_on": None if negotiated and draw.yes() else advertised,
            "awarded_on": advertised + timedelta(days=draw.randint(0, 400)) if negotiated else None}  # fmt: skip


def modification_review(draw: Draw) -> Given:
    requests = [
        draw.choice(["", "-"]) + draw.choice(["50000.00", "25000.00", "0.01", draw.dollars(60_000)])
        for _ in draw.some(5)
    ]
    return {"initial_value": draw.choice(["500000.00", "500000.10", draw.dollars(least=1)]), "requests": requests}


def commitment_waiver(draw: Draw) -> Given:
    found: Given = {}
    for one in ("mbe", "wbe"):
        firms = draw.randint(0, 9)
        found[one] = {"appropriate": firms, "unsuccessful": draw.randint(0, firms)} if draw.yes(0.8) else None
    due = draw.day(2019)
    notified = due - timedelta(days=draw.randint(3, 12)) if draw.yes(0.8) else None
    return {**found, "documented": draw.yes(0.7), "association_notified_on": notified, "bid_due_on": due}


def veteran_goal(draw: Draw) -> Given:
    whole = draw.dollars()
    prime = draw.part_of(whole)
    three = str((Decimal(whole) * 3 / 100).quantize(Decimal("0.01")))
    rest = draw.part_of(str(Decimal(whole) - Decimal(prime)))
    return {
        "expenditures": whole,
        **draw.choice([{"prime": prime, "subcontracts": rest}, {"prime": three, "subcontracts": "0"}]),
    }


def certificate_standing(draw: Draw) -> Given:
    due = draw.day(2019)
    return {**_certificate(draw, due), "consumed": draw.yes(0.2), "public_works": draw.yes(0.8), "bid_due_on": due,
            "base_bid": draw.choice(["99.99", "100.00", "103.00", "102.99"])}  # fmt: skip


def target_market_participation(draw: Draw) -> Given:
    value = draw.dollars(least=1)
    held = [draw.choice([["mbe"], ["wbe"], ["mbe", "wbe"], [], ["bepd"]]) for _ in range(draw.randint(1, 3))]
    return {"contract_value": value, "venturers": held, "uncertified_subcontracts": draw.part_of(value)}


RULES: dict[str, Callable[[Draw], Given]] = {
    **{f"payments.{draw.__name__}": draw for draw in (prompt_payment, subcontractor_payment, advance, recoupment, indirect_cost_limit)},
    **{f"compliance.{draw.__name__}": draw for draw in (
        participation_credit, shortfall_penalty, indirect_participation, target_market_designation, target_market_set_aside,
        award_goal, hearing_clock, records_access, earned_credit)},
    **{f"compliance.{draw.__name__}": draw for draw in (
        modification_review, commitment_waiver, veteran_goal, target_market_participation)},
    "certification.eligible_veteran": eligible_veteran,
    "solicitations.participation_commitment": participation_commitment,
    "solicitations.certificate_standing": certificate_standing,
    "solicitations.bid_evaluation": bid_evaluation,
    "solicitations.certificate_award": certificate_award,
}  # fmt: skip
