"""The topics of a draft, one page each: which fields a topic holds and what it holds now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import areas, documents, funding, lots
from solicitations.queries.version import fingerprint, plain

FIELDS: Mapping[str, tuple[str, ...]] = {
    "basics": ("title", "method", "service_category", "target_market"),
    "texts": ("summary", "purpose", "services", "eligibility"),
    "funding": (
        "contract_kind", "awarded_by", "social_services", "targeted_community", "pass_through", "financial",
    ),
    "awards": (
        "amount_total", "award_min", "award_max", "awards_expected_min", "awards_expected_max", "estimate", "term_months",
        "renewals_count", "renewal_months",
    ),
    "areas": (),
    "schedule": (
        "conference_at", "conference_place", "conference_link", "questions_due_at", "due_at", "expected_start_on",
    ),
    "answering": ("languages", "unconfirmed_rule"),
    "documents": (),
}  # fmt: skip


def values(solicitation: Solicitation, topic: str) -> dict[str, Any]:
    """What a topic holds now, fields and rows. Raises KeyError for a topic that does not exist."""
    found: dict[str, Any] = {name: getattr(solicitation, name) for name in FIELDS[topic]}
    if topic == "areas":
        found["areas"] = areas(solicitation)
    if topic == "funding":
        found["shares"] = [
            {"source": s.source, "program": s.program, "fraction": plain(s.fraction)} for s in funding(solicitation)
        ]
    if topic == "awards":
        found["lots"] = [{"title": lot.title, "amount": plain(lot.amount)} for lot in lots(solicitation)]
    if topic == "documents":
        found["documents"] = [
            {"kind": d.kind, "needed": d.needed, "note": d.note, "coverages": d.coverages}
            for d in documents(solicitation)
        ]
    return found


def version(solicitation: Solicitation, topic: str) -> str:
    """The fingerprint of a topic: a form carries it, and a save that no longer meets it is a conflict."""
    return fingerprint(values(solicitation, topic))
