"""Draft a solicitation, topic by topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.documents.kinds import Coverage
from procurement_portal.history.record import record
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.people.actor import Actor
from procurement_portal.people.jurisdictions import government
from procurement_portal.people.models.body import Department
from procurement_portal.readings.queries import in_force
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Invalid, Refused
from solicitations.actions.drafting import check_version, clean, own_draft, touched
from solicitations.models.facts import FundingShare, Lot, RequiredDocument, ServiceArea
from solicitations.models.solicitation import NumberSeries, Solicitation
from solicitations.models.trace import Trace
from solicitations.queries import topics
from solicitations.queries.programs import SCOPE_RULE, scope_facts
from solicitations.queries.solicitation import funding
from solicitations.queries.version import fingerprint, plain
from solicitations.states import FundingSource

LAST_AREA = 77
_PREFIX = {"city": "CHI", "county": "COOK"}


def next_number(department: Department, year: int) -> str:
    """The next number of a department and fiscal year, such as "CHI-DFS-2027-0012". Two at once never get the same."""
    NumberSeries.objects.get_or_create(department=department, fiscal_year=year)
    series = NumberSeries.objects.select_for_update().get(department=department, fiscal_year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{_PREFIX[department.jurisdiction]}-{department.code}-{year}-{series.last:04d}"


@transaction.atomic
def draft(*, actor: Actor, title: str, method: str, service_category: str) -> Solicitation:
    """Begin a draft in the actor's department and give it its number. Raises Refused, Invalid."""
    if not actor.can("solicitations.draft") or actor.department_id is None:
        raise Refused(_("Drafting is for program officers and procurement officers."))
    department = Department.objects.get(pk=actor.department_id)
    year = government(department.jurisdiction).fiscal_year(today())
    row = Solicitation(
        fiscal_year=year,
        title=title.strip(),
        department=department,
        method=method,
        service_category=service_category,
        languages=["en"],
        drafted_by_id=actor.user_id,
    )
    if not row.title:
        raise Invalid({"title": [_("Give it a title.")]})
    clean(row, ("title", "method", "service_category"))
    row.number = next_number(department, year)
    row.save()
    record(actor, "solicitation.draft", row, after={"number": row.number, "title": row.title})
    return row


@transaction.atomic
def save_topic(
    *, actor: Actor, solicitation_id: int, topic: str, version: str, given: Mapping[str, Any]
) -> Solicitation:
    """Save one topic of a draft.

    `given` holds the topic's fields by name and its rows (`areas`, `shares`, `lots`, `documents`) where it has some;
    `version` is the fingerprint the form was shown. Raises Conflict with what is saved now, Invalid at fields, Refused.
    """
    row = own_draft(actor, solicitation_id)
    before = topics.values(row, topic)
    check_version(version, fingerprint(before), before)
    unknown = set(given) - set(before)
    if unknown:
        raise Invalid(f"{topic} does not hold {', '.join(sorted(unknown))}")
    for name in topics.FIELDS[topic]:
        if name in given:
            setattr(row, name, given[name])
    clean(row, topics.FIELDS[topic])
    _check(row, topic)
    if topics.FIELDS[topic]:
        row.save(update_fields=list(topics.FIELDS[topic]))
    _save_rows(row, topic, given)
    after = topics.values(row, topic)
    changed = [name for name in after if plain(after[name]) != plain(before[name])]
    if changed:
        touched(row)
        record(
            actor,
            "solicitation.change",
            row,
            before={name: plain(before[name]) for name in changed},
            after={name: plain(after[name]) for name in changed},
        )
    if topic == "funding" and (changed or row.scope_trace_id is None):
        decide_scope(row)
    return row


def decide_scope(row: Solicitation, *, on: date | None = None) -> Trace | None:
    """Ask the law whether the City's program covers this contract and keep the trace; None (and no trace) while facts miss.

    The caller holds the row's lock. A County solicitation is never asked.
    """
    facts = scope_facts(row, funding(row)) if row.department.jurisdiction == "city" else None
    trace = None
    if facts is not None:
        asked = on or today()
        outcome = engine.evaluate(
            SCOPE_RULE,
            facts,
            on=asked,
            readings=in_force(asked),
            calendar=Calendar.for_jurisdiction(row.department.jurisdiction),
        )
        trace = Trace.objects.create(
            rule=SCOPE_RULE,
            subject_type="solicitations.solicitation",
            subject_id=str(row.pk),
            content=dict(outcome.trace),
            law=str(outcome.trace["law"]),
            asked_on=asked,
        )
    row.scope_trace = trace
    row.save(update_fields=["scope_trace"])
    return trace


def _check(row: Solicitation, topic: str) -> None:
    """What the tables would refuse, said at its field."""
    found: dict[str, list[str]] = {}
    if topic == "basics" and not row.title.strip():
        found["title"] = [_("Give it a title.")]
    if topic == "awards":
        for name in ("amount_total", "estimate"):
            if getattr(row, name) is not None and getattr(row, name) <= 0:
                found[name] = [_("Enter an amount above zero.")]
        if row.award_min is not None and row.award_min < 0:
            found["award_min"] = [_("Enter an amount that is not negative.")]
        if row.award_min is not None and row.award_max is not None and row.award_min > row.award_max:
            found["award_max"] = [_("The largest award is less than the smallest.")]
        least, most = row.awards_expected_min, row.awards_expected_max
        if least is not None and most is not None and least > most:
            found["awards_expected_max"] = [_("The most awards are fewer than the least.")]
    if topic == "answering":
        unknown = [code for code in row.languages if code not in ANSWER_LANGUAGES]
        if unknown:
            found["languages"] = [_("We do not know the language %(codes)s.") % {"codes": ", ".join(unknown)}]
    if found:
        raise Invalid(found)


# Languages people in Chicago answer in; codes of BCP 47. The interface itself speaks `settings.LANGUAGES`.
ANSWER_LANGUAGES = {
    **dict(settings.LANGUAGES),
    "pl": "Polish",
    "zh": "Chinese",
    "ar": "Arabic",
    "ur": "Urdu",
    "tl": "Tagalog",
    "uk": "Ukrainian",
    "fr": "French",
}


def _save_rows(row: Solicitation, topic: str, given: Mapping[str, Any]) -> None:
    if topic == "areas" and "areas" in given:
        areas = sorted(set(given["areas"]))
        if any(area < 1 or area > LAST_AREA for area in areas):
            raise Invalid({"areas": [_("There is no such community area.")]})
        ServiceArea.objects.filter(solicitation=row).delete()
        ServiceArea.objects.bulk_create(ServiceArea(solicitation=row, area=area) for area in areas)
    if topic == "funding" and "shares" in given:
        _save_shares(row, given["shares"])
    if topic == "awards" and "lots" in given:
        Lot.objects.filter(solicitation=row).delete()
        Lot.objects.bulk_create(
            Lot(solicitation=row, position=number, title=lot["title"], amount=lot["amount"])
            for number, lot in enumerate(given["lots"], 1)
        )
    if topic == "documents" and "documents" in given:
        kinds = [paper["kind"] for paper in given["documents"]]
        if len(kinds) != len(set(kinds)):
            raise Invalid({"documents": [_("The same paper is asked for twice.")]})
        for paper in given["documents"]:
            _check_coverages(paper)
        RequiredDocument.objects.filter(solicitation=row).delete()
        RequiredDocument.objects.bulk_create(
            RequiredDocument(
                solicitation=row,
                kind=p["kind"],
                needed=p["needed"],
                note=p.get("note", ""),
                coverages=p.get("coverages", []),
            )
            for p in given["documents"]
        )


def _check_coverages(paper: Mapping[str, Any]) -> None:
    """Insurance may be asked for by coverage and least limit, each coverage once."""
    asked = paper.get("coverages", [])
    known = [c["coverage"] for c in asked]
    if asked and paper["kind"] != "insurance":
        raise Invalid({"documents": [_("Only insurance has coverages.")]})
    if len(known) != len(set(known)) or not set(known) <= set(Coverage.values):
        raise Invalid({"documents": [_("There is no such coverage, or it is asked for twice.")]})
    if any(c["limit_cents"] <= 0 for c in asked):
        raise Invalid({"documents": [_("A limit is more than zero.")]})


def _save_shares(row: Solicitation, shares: list[dict[str, Any]]) -> None:
    """Fractions of 1; that they sum to 1 is asked at publication, so that a draft may stand half-filled."""
    seen: set[tuple[str, str]] = set()
    for share in shares:
        key = (share["source"], share["program"].strip())
        if share["source"] not in FundingSource.values:
            raise Invalid({"shares": [_("There is no such source.")]})
        if not 0 < Decimal(share["fraction"]) <= 1:
            raise Invalid({"shares": [_("A share is more than 0 and at most 100 percent.")]})
        if key in seen:
            raise Invalid({"shares": [_("The same source and grant stand twice.")]})
        seen.add(key)
    FundingShare.objects.filter(solicitation=row).delete()
    FundingShare.objects.bulk_create(
        FundingShare(
            solicitation=row, source=s["source"], program=s["program"].strip(), fraction=Decimal(s["fraction"])
        )
        for s in shares
    )
