"""Write what is scored: criteria with weight, anchored scale and minimum, from the library or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jsonschema
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Invalid
from solicitations.actions.drafting import check_version, clean, own_draft, touched
from solicitations.actions.question import Direction, _swap
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.criterion import Criterion
from solicitations.models.solicitation import Solicitation
from solicitations.queries.checks import differs
from solicitations.queries.criteria_library import current_items
from solicitations.queries.version import fingerprint, plain
from solicitations.states import LibraryKind

FIELDS = ("name", "description", "weight", "max_points", "minimum", "anchors")
ANCHORS = {
    "type": "array",
    "maxItems": 12,
    "items": {
        "type": "object",
        "properties": {
            "points": {"type": "integer", "minimum": 0},
            "words": {"type": "string", "minLength": 1, "maxLength": 600},
        },
        "required": ["points", "words"],
        "additionalProperties": False,
    },
}


def criterion_values(criterion: Criterion) -> dict[str, Any]:
    """What the editor of a criterion shows."""
    return {name: getattr(criterion, name) for name in FIELDS}


@transaction.atomic
def add(*, actor: Actor, solicitation_id: int, given: Mapping[str, Any]) -> Criterion:
    """Add a criterion of one's own at the end. Raises Invalid at fields, Refused."""
    row = own_draft(actor, solicitation_id)
    criterion = Criterion(solicitation=row, position=_last(row) + 1)
    _fill(criterion, given)
    criterion.save()
    touched(row)
    record(actor, "criterion.add", row, after=_told(criterion))
    return criterion


@transaction.atomic
def add_from_library(*, actor: Actor, solicitation_id: int, item_id: int, weight: Decimal) -> Criterion:
    """Take a criterion from the library with one's own weight. Raises Invalid when it is there already."""
    row = own_draft(actor, solicitation_id)
    item = found_or_404(current_items(actor), pk=item_id, kind=LibraryKind.CRITERION)
    if row.criteria.filter(citywide_item=item).exists():
        raise Invalid({"item": [_("This criterion is already used.")]})
    criterion = Criterion(solicitation=row, position=_last(row) + 1, citywide_item=item)
    _fill(criterion, {"name": item.title, **item.body, "weight": weight, "minimum": item.body.get("minimum")})
    criterion.save()
    Departure.objects.filter(solicitation=row, item=item, way=Departure.Way.LEFT_OUT).delete()
    touched(row)
    record(actor, "criterion.add", row, after=_told(criterion) | {"library": item.code})
    return criterion


@transaction.atomic
def change(
    *,
    actor: Actor,
    solicitation_id: int,
    criterion_id: int,
    version: str,
    given: Mapping[str, Any],
    departure_reason: str = "",
) -> Criterion:
    """Change a criterion; one that departs from its library item needs `departure_reason`. Raises Conflict, Invalid, Refused."""
    row = own_draft(actor, solicitation_id)
    criterion = found_or_404(row.criteria.select_related("citywide_item"), pk=criterion_id)
    before = criterion_values(criterion)
    check_version(version, fingerprint(before), before)
    _fill(criterion, given)
    if criterion.citywide_item is not None:
        _note_departure(actor, row, criterion, departure_reason.strip())
    criterion.save()
    touched(row)
    record(
        actor, "criterion.change", row, before={n: plain(v) for n, v in before.items()}, after=_told(criterion),
        why=departure_reason.strip(),
    )  # fmt: skip
    return criterion


@transaction.atomic
def move(*, actor: Actor, solicitation_id: int, criterion_id: int, direction: Direction) -> None:
    """Move a criterion one place."""
    row = own_draft(actor, solicitation_id)
    criterion = found_or_404(row.criteria.all(), pk=criterion_id)
    if _swap(list(row.criteria.order_by("position")), criterion, direction):
        touched(row)
        record(actor, "criterion.move", row, after={"criterion": criterion.name, "direction": direction})


@transaction.atomic
def delete(*, actor: Actor, solicitation_id: int, criterion_id: int) -> None:
    """Take a criterion away; its questions stay, scored and without a criterion until they get another."""
    row = own_draft(actor, solicitation_id)
    criterion = found_or_404(row.criteria.all(), pk=criterion_id)
    record(actor, "criterion.delete", row, before=_told(criterion))
    criterion.questions.update(criterion=None)
    if criterion.citywide_item_id:
        Departure.objects.filter(
            solicitation=row, item_id=criterion.citywide_item_id, way=Departure.Way.CHANGED
        ).delete()
    criterion.delete()
    touched(row)


@transaction.atomic
def leave_out(*, actor: Actor, solicitation_id: int, item_id: int, reason: str) -> Departure:
    """Say why an expected library criterion is not used. Raises Invalid without a reason."""
    row = own_draft(actor, solicitation_id)
    item = found_or_404(current_items(actor), pk=item_id, kind=LibraryKind.CRITERION)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why it is left out.")]})
    if row.criteria.filter(citywide_item=item).exists():
        raise Invalid({"reason": [_("It is used; delete it first.")]})
    departure, _made = Departure.objects.update_or_create(
        solicitation=row,
        item=item,
        defaults={"way": Departure.Way.LEFT_OUT, "reason": reason.strip(), "made_by_id": actor.user_id},
    )
    touched(row)
    record(actor, "library.leave_out", row, after={"item": item.code}, why=reason.strip())
    return departure


def _note_departure(actor: Actor, row: Solicitation, criterion: Criterion, reason: str) -> None:
    item: LibraryItem = criterion.citywide_item  # type: ignore[assignment]
    if not differs(criterion, item):
        Departure.objects.filter(solicitation=row, item=item).delete()
        return
    known = Departure.objects.filter(solicitation=row, item=item).first()
    if not reason and known is None:
        raise Invalid({"departure_reason": [_("This differs from the citywide library. Say why.")]})
    Departure.objects.update_or_create(
        solicitation=row,
        item=item,
        defaults={
            "way": Departure.Way.CHANGED,
            "reason": reason or (known.reason if known else ""),
            "made_by_id": actor.user_id,
        },
    )


def _last(row: Solicitation) -> int:
    return row.criteria.aggregate(last=Max("position"))["last"] or 0


def _told(criterion: Criterion) -> dict[str, Any]:
    return {name: plain(getattr(criterion, name)) for name in FIELDS}


def _fill(criterion: Criterion, given: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in given:
            setattr(criterion, name, given[name])
    criterion.name = criterion.name.strip()
    criterion.description = criterion.description.strip()
    found: dict[str, list[str]] = {}
    if not criterion.name:
        found["name"] = [_("Give the criterion a name.")]
    if criterion.weight is None or not 0 < criterion.weight <= 100:
        found["weight"] = [_("A weight is more than 0 and at most 100.")]
    if criterion.max_points < 1:
        found["max_points"] = [_("The highest score is at least 1.")]
    elif criterion.minimum is not None and not 0 <= criterion.minimum <= criterion.max_points:
        found["minimum"] = [_("The minimum is between 0 and the highest score.")]
    wrong = check_anchors(criterion.anchors, criterion.max_points)
    if wrong:
        found["anchors"] = [wrong]
    if found:
        raise Invalid(found)
    clean(criterion, ("name", "weight"))


def check_anchors(anchors: Any, max_points: int) -> str:
    """What is wrong with an anchored scale, in words; "" when it is right. An empty scale may stand in a draft."""
    if not jsonschema.Draft202012Validator(ANCHORS).is_valid(anchors):
        return _("Write one line for each score: the points, a colon, and what they mean.")
    points = [anchor["points"] for anchor in anchors]
    if points != sorted(set(points)):
        return _("The points rise from line to line, each once.")
    if points and (points[0] != 0 or points[-1] != max_points):
        return _("The scale begins at 0 and ends at %(highest)s.") % {"highest": max_points}
    return ""
