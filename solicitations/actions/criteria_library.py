"""Keep the citywide library: new editions, never changes to an old one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Invalid, Refused
from solicitations.actions.criterion import ANCHORS, check_anchors
from solicitations.models.criteria_library import LibraryItem
from solicitations.states import LibraryKind

SEED = Path(__file__).with_name("library_seed.yaml")
CRITERION_BODY = {
    "type": "object",
    "properties": {
        "description": {"type": "string"},
        "max_points": {"type": "integer", "minimum": 1},
        "anchors": ANCHORS,
        "minimum": {"type": ["string", "null"]},
    },
    "required": ["description", "max_points", "anchors"],
    "additionalProperties": False,
}


@transaction.atomic
def new_edition(
    *, actor: Actor, code: str, kind: str, jurisdiction: str, title: str, guidance: str, body: Mapping[str, Any],
    expected: bool,
) -> LibraryItem:  # fmt: skip
    """Add an item or the next edition of one; the edition before is retired, and solicitations keep what they used.

    A later edition stays where the first was: what both governments share, both go on sharing. Raises Refused for whoever
    may not, Invalid for a body that does not fit its kind, and for a code that names another kind or another
    government's item.
    """
    if not actor.can("templates.manage"):
        raise Refused(_("The library is kept by the Chief Procurement Officer."))
    if not code.strip() or not title.strip():
        raise Invalid({"title": [_("Give it a code and a title.")]})
    if kind == LibraryKind.CRITERION:
        if not jsonschema.Draft202012Validator(CRITERION_BODY).is_valid(body):
            raise Invalid({"body": [_("A criterion has a description, a highest score and an anchored scale.")]})
        wrong = check_anchors(body["anchors"], body["max_points"])
        if wrong:
            raise Invalid({"body": [wrong]})
    elif "facts" not in body or "method" not in body["facts"]:
        raise Invalid({"body": [_("A template holds the facts and questions of a solicitation.")]})
    editions = LibraryItem.objects.filter(code=code)
    first = next(iter(editions.select_for_update().order_by("edition")), None)
    if first is not None:
        if first.kind != kind or first.jurisdiction not in ("", jurisdiction):
            raise Invalid({"code": [_("Another item has this short name already. Choose another one.")]})
        jurisdiction = first.jurisdiction
    last = editions.aggregate(last=Max("edition"))["last"] or 0
    editions.filter(retired_at__isnull=True).update(retired_at=now())
    item = LibraryItem.objects.create(
        code=code, edition=last + 1, kind=kind, jurisdiction=jurisdiction, title=title.strip(), guidance=guidance.strip(),
        body=dict(body), expected=expected, made_by_id=actor.user_id,
    )  # fmt: skip
    record(actor, "library.edition", item, after={"code": code, "edition": item.edition, "title": item.title})
    return item


def load_seed(*, actor: Actor) -> int:
    """Put the items of `library_seed.yaml` that the library does not hold yet into it; returns how many."""
    made = 0
    for entry in yaml.safe_load(SEED.read_text(encoding="utf-8")):
        if LibraryItem.objects.filter(code=entry["code"]).exists():
            continue
        new_edition(actor=actor, **entry)
        made += 1
    return made
