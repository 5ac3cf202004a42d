"""Who leads an organization: named and taken off by itself. Rows stay, so that who sat there once is still known."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.board import BoardMember
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused


def _must_edit(actor: Actor) -> int:
    if actor.organization_id is None or not actor.can("organization.edit_profile"):
        raise Refused(gettext("Naming the board is for administrators and signatories of the organization."))
    return actor.organization_id


def add(
    *, actor: Actor, name: str, title: str = "", first_day: date | None = None, last_day: date | None = None
) -> BoardMember:
    """Name a person on the board or in the leadership of the actor's organization.

    Raises Invalid per field, also for a name that stands there already (however it is written), Refused without the right.
    """
    organization_id = _must_edit(actor)
    name, title = " ".join(name.split()), " ".join(title.split())
    problems: dict[str, list[str]] = {}
    if not name:
        problems["name"] = [gettext("Enter the person's full name.")]
    if first_day is not None and last_day is not None and last_day < first_day:
        problems["last_day"] = [gettext("The last day is not before the first.")]
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            row = BoardMember.objects.create(
                organization_id=organization_id, name=name, title=title, first_day=first_day, last_day=last_day,
                added_by_id=actor.user_id,
            )  # fmt: skip
            record(actor, "board.add", row.organization, after={"name": name, "title": title})
    except IntegrityError:
        raise Invalid({"name": [gettext("This person stands on the list already.")]}) from None
    return row


@transaction.atomic
def remove(*, actor: Actor, member_id: int) -> BoardMember:
    """Take a person off the list; the row stays with who did it and when. Raises Refused, Conflict when it was done."""
    organization_id = _must_edit(actor)
    row = BoardMember.objects.select_for_update().get(pk=member_id, organization_id=organization_id)
    if row.removed_at is not None:
        raise Conflict(gettext("This person was taken off the list already."), row)
    row.removed_at, row.removed_by_id = now(), actor.user_id
    row.save(update_fields=["removed_at", "removed_by"])
    record(actor, "board.remove", row.organization, before={"name": row.name, "title": row.title})
    return row
