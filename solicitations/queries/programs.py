"""Which participation programs apply to a notice, and which do not apply because of what: asked of the law, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from procurement_portal.law.explain import explain
from procurement_portal.readings.queries import chosen
from procurement_portal.time.clock import today
from procurement_portal.web import words
from solicitations.models.facts import FundingShare
from solicitations.models.solicitation import Solicitation
from solicitations.states import FundingSource, Method

SCOPE_RULE = "solicitations.program_scope"
PREFERENCES = "county.pref.rfp"  # reading A-18
_ASKED = ("financial", "social_services", "targeted_community", "pass_through")
_GRANTS = (FundingSource.FEDERAL, FundingSource.STATE)


@dataclass(frozen=True)
class Program:
    """One program's line on the page. `trace` is the stored evaluation, shown by "why?"."""

    name: str
    state: Literal["applies", "does_not", "undecided", "unknown"]
    sentence: str
    citation: str = ""
    trace: dict[str, Any] | None = None


def scope_facts(solicitation: Solicitation, shares: Iterable[FundingShare]) -> dict[str, Any] | None:
    """The facts of the scope rule, or None while one is missing or the shares do not sum to 1.

    The rule asks for federal and state grants; every other source is "city", which to the rule is everything that is not
    such a grant (MCC 2-92-420(i): "funds belonging to or administered by the City of Chicago, regardless of source").
    """
    parts: dict[str, Decimal] = {"federal": Decimal(0), "state": Decimal(0), "city": Decimal(0)}
    for share in shares:
        parts[share.source if share.source in _GRANTS else "city"] += share.fraction
    answers = {name: getattr(solicitation, name) for name in _ASKED}
    if sum(parts.values()) != 1 or any(answer is None for answer in answers.values()):
        return None
    return {
        "kind": solicitation.contract_kind,
        "awarded_by": solicitation.awarded_by,
        **answers,
        "funding": parts,
    }


def programs(solicitation: Solicitation) -> list[Program]:
    """The lines of the page's part "Participation programs".

    The City's scope comes from the stored trace; the County's preferences follow the reading (A-18) in force on the day
    the notice was advertised, or today for a draft.
    """
    if solicitation.department.jurisdiction == "city":
        return [_city(solicitation), *_county_elsewhere()]
    return [
        Program(
            _("City program for minority- and women-owned businesses"),
            "does_not",
            _("Does not apply because the County awards this contract, not the City."),
            "MCC 2-92-420(i)",
        ),
        *_county(solicitation, str(chosen(PREFERENCES, solicitation.advertised_on or today()))),
    ]


def _city(solicitation: Solicitation) -> Program:
    name = _("City program for minority- and women-owned businesses")
    trace = solicitation.scope_trace
    if trace is None:
        return Program(name, "unknown", _("The funding shares and the four questions about the services decide it."))
    answer = trace.answer
    state: Literal["applies", "does_not", "undecided"] = "applies"
    if answer["pending_decision"]:
        state = "undecided"
    elif not answer["in_scope"]:
        state = "does_not"
    return Program(name, state, explain(trace.content, _, words.day).sentence, "MCC 2-92-420", trace.content)


def _county_elsewhere() -> list[Program]:
    return [
        Program(
            _("County preferences for local, veteran-owned and social enterprises"),
            "does_not",
            _("Do not apply because the City awards this contract, not the County."),
            "Cook County Code 34-230, 34-236, 34-241",
        )
    ]


def _county(solicitation: Solicitation, reading: str) -> list[Program]:
    name = _("County preferences for local, veteran-owned and social enterprises")
    citation = "Cook County Code 34-230, 34-236, 34-241"
    if solicitation.method == Method.COMPETITIVE_BID:
        return [
            Program(
                name,
                "applies",
                _("Apply: the lowest bid decides, and the preferences are measured against it."),
                citation,
            )
        ]
    if reading == "criterion":
        return [
            Program(
                name,
                "applies",
                _("Apply as a scored criterion: the Chief Procurement Officer reads the Code so."),
                citation,
            )
        ]
    return [
        Program(
            name,
            "does_not",
            _(
                "Do not apply because a request for proposals has no lowest bid to measure them against. They are shown for "
                "information (open question A-18, first reading)."
            ),
            citation,
        )
    ]
