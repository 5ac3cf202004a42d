"""A decision letter: the award, the waiting list or the regret, with the proposer's own debrief and how to protest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render
from procurement_portal.web import words


def decision_pdf(
    kind: str, content: Mapping[str, Any], *, made_at: datetime, number: str, language: str = "en"
) -> bytes:
    """The letter as tagged PDF. `kind`: award, waiting or regret; `content`: see `decision_data`. In the background worker
    only. Raises LetterFailed."""
    with translation.override(language):
        return render("decision", decision_data(kind, content, made_at, number), made_at=made_at)


def decision_data(kind: str, content: Mapping[str, Any], made_at: datetime, number: str) -> dict[str, Any]:
    """What the template is given, in the active language. `content` holds number, title, department, jurisdiction,
    organization, proposal, rank, of, total, criteria, comments, decisions, not_responsive, protest, tally."""
    told = {"number": content["number"], "title": content["title"], "organization": content["organization"]}
    return {
        "frame": frame(
            _title(kind, told),
            jurisdiction=content["jurisdiction"],
            department=content["department"],
            foot=gettext("Letter %(number)s") % {"number": number},
        ),
        "made": made(made_at),
        "greeting": content["organization"],
        "sentence": _sentence(kind, told),
        "decisions": [_decision(one) for one in content["decisions"]],
        "not_responsive": _not_responsive(content),
        "facts": _facts(content),
        "rows": [
            [
                one["name"] + (" " + gettext("(below the minimum)") if one["below"] else ""),
                _trim(one["weight"]),
                f"{one['mean']} / {one['max_points']}",
                one["brought"],
            ]
            for one in content["criteria"]
        ],
        "comments": [[one["criterion"], one["text"]] for one in content["comments"]],
        "protest": content["protest"],
        "words": {
            "decision": gettext("The decision"),
            "debrief": gettext("Your scores"),
            "heads": [
                gettext("Criterion"), gettext("Weight"), gettext("Average of the readers"), gettext("Brought, of 100"),
            ],
            "comments": gettext("What readers wrote for you"),
            "comment_heads": [gettext("Criterion"), gettext("Comment")],
            "no_comments": gettext("No reader marked a comment for you."),
            "protest": gettext("If you think a rule was broken"),
            "check": gettext("How to check the ranking"),
        },
        "check": gettext(
            "The points of every proposal are published without the readers’ names. Yours is called “%(proposal)s” there."
            " The portal’s documentation, “Recompute a tally”, has a short script that computes totals and ranks again."
            " Digest of the tally (SHA-256):"
        )
        % {"proposal": content["proposal"]},
        "digest": content["tally"]["sha256"],
    }  # fmt: skip


def _title(kind: str, told: Mapping[str, str]) -> str:
    return {
        "award": gettext("Award: %(number)s"),
        "waiting": gettext("Waiting list: %(number)s"),
        "regret": gettext("Decision: %(number)s"),
    }[kind] % told


def _sentence(kind: str, told: Mapping[str, str]) -> str:
    return {
        "award": gettext(
            "We award your proposal to “%(title)s”. This letter is not a contract: scope and budget are agreed next, and"
            " services begin only when a contract is signed by both sides."
        ),
        "waiting": gettext(
            "Your proposal to “%(title)s” is on the waiting list. We call organizations from it in their order if money or"
            " an award becomes free."
        ),
        "regret": gettext(
            "We thank you for your proposal to “%(title)s”. It is not awarded. Below you find why, your own scores and"
            " what readers wrote for you."
        ),
    }[kind] % told


def _decision(one: Mapping[str, Any]) -> list[str]:
    """Label and text of one decision, a line a lot."""
    label = one["lot"] or gettext("Decision")
    parts = {
        "award": gettext("Award of %(amount)s") % {"amount": words.money(Decimal(one["amount"] or "0"))},
        "waiting_list": gettext("Place %(place)s on the waiting list") % {"place": one["waiting_position"]},
        "no_award": gettext("No award"),
    }
    text = [parts[one["outcome"]]]
    if one["areas"]:
        text.append(gettext("for %(areas)s") % {"areas": ", ".join(one["areas"])})
    told = " ".join(text) + "."
    return [label, f"{told} {one['reason']}".strip()]


def _not_responsive(content: Mapping[str, Any]) -> str:
    if not content["not_responsive"]:
        return ""
    return gettext("The proposal was found not responsive and was not ranked: %(why)s") % {
        "why": content["not_responsive"]
    }


def _facts(content: Mapping[str, Any]) -> list[list[str]]:
    if content["rank"] is None:
        return [[gettext("Proposals received"), str(content["received"])]]
    rank = gettext("%(rank)s of %(of)s") % {"rank": content["rank"], "of": content["of"]}
    return [
        [gettext("Total, of 100"), content["total"]],
        [gettext("Rank"), rank + (" " + gettext("(shared)") if content["tied"] else "")],
    ]


def _trim(number: str) -> str:
    return f"{Decimal(number).normalize():f}"
