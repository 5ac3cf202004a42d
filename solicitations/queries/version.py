"""A notice as plain data: the published version, its hash, and what differs between two versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from solicitations.models.criterion import Criterion
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import areas, documents, funding, lots, sections

FACTS = (
    "number", "title", "method", "service_category", "summary", "purpose", "services", "eligibility", "contract_kind",
    "awarded_by", "financial", "social_services", "targeted_community", "pass_through", "target_market", "amount_total",
    "award_min", "award_max", "awards_expected_min", "awards_expected_max", "term_months", "renewals_count",
    "renewal_months", "languages", "unconfirmed_rule", "conference_at", "conference_place", "conference_link",
    "questions_due_at", "due_at", "expected_start_on",
)  # fmt: skip
QUESTION = ("kind", "prompt", "hint", "required", "marking", "options", "word_limit", "revision")
CRITERION = ("name", "description", "weight", "max_points", "minimum", "anchors")


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it: decimals and days as text, instants in UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 20 and 20.00 are one value
    return value


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short hash of these values: what a form was shown, so that a later save can tell whether somebody was faster."""
    text = json.dumps({k: plain(v) for k, v in values.items()}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a version."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def question_data(question: Question) -> dict[str, Any]:
    """One question as the published version keeps it."""
    return {name: plain(getattr(question, name)) for name in QUESTION} | {
        "key": str(question.key),
        "section": question.section.position,
        "position": question.position,
        "criterion": question.criterion.position if question.criterion else None,
    }


def criterion_data(criterion: Criterion) -> dict[str, Any]:
    """One criterion as the published version keeps it."""
    return {name: plain(getattr(criterion, name)) for name in CRITERION} | {"position": criterion.position}


def snapshot(solicitation: Solicitation) -> dict[str, Any]:
    """The whole notice as it stands, as plain JSON data. Reads the row given: refresh it first."""
    parts = sections(solicitation)
    for part in parts:
        for question in part.rows:  # type: ignore[attr-defined]
            question.section = part
    return {
        "facts": {name: plain(getattr(solicitation, name)) for name in FACTS},
        "areas": areas(solicitation),
        "funding": [
            {"source": s.source, "program": s.program, "fraction": plain(s.fraction)} for s in funding(solicitation)
        ],
        "lots": [{"position": x.position, "title": x.title, "amount": plain(x.amount)} for x in lots(solicitation)],
        "documents": [
            {"kind": d.kind, "needed": d.needed, "note": d.note, "coverages": d.coverages}
            for d in documents(solicitation)
        ],
        "criteria": [criterion_data(c) for c in solicitation.criteria.order_by("position")],
        "sections": [{"position": p.position, "title": p.title, "intro": p.intro} for p in parts],
        "questions": [question_data(q) for p in parts for q in p.rows],  # type: ignore[attr-defined]
    }


@dataclass(frozen=True)
class Difference:
    """One thing that changed: a fact (`name`) or a question (`key`); `before` or `after` None: added, withdrawn."""

    name: str
    before: Any
    after: Any
    key: str = ""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changed between two versions, facts first, then questions in their order."""
    found = [
        Difference(name, before["facts"].get(name), after["facts"].get(name))
        for name in FACTS
        if before["facts"].get(name) != after["facts"].get(name)
    ]
    old = {q["key"]: q for q in before["questions"]}
    new = {q["key"]: q for q in after["questions"]}
    for key in [*new, *(k for k in old if k not in new)]:
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            found.append(Difference("question", was, now, key))
            continue
        found += [
            Difference(name, was[name], now[name], key)
            for name in QUESTION
            if name != "revision" and was[name] != now[name]
        ]
    return found


def still_confirmed(part: Mapping[str, Any], question: Question | None) -> bool:
    """Whether a frozen answer was given to, or confirmed for, the wording its question has now.

    `part` is one part of a submitted version's snapshot. Its own "confirmed" says what held when it was frozen, and a version
    may be frozen before an addendum: handed in early, or kept for a consent given in advance. So the revision it answered is
    compared as well. Call it at opening, when no addendum can come any more. Partners' parts and papers answer no question.
    """
    if question is None or "revision" not in part:
        return bool(part.get("confirmed", True))
    return bool(part["confirmed"]) and int(part["revision"]) >= question.revision
