"""What every act on a draft begins and ends with: the row locked and one's own, and its activity noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal
from solicitations.states import SolicitationState
from solicitations.workflow.notice import SOLICITATION, of_own_department


def locked(actor: Actor, solicitation_id: int) -> Solicitation:
    """The solicitation under a row lock; Http404 for one the actor may not see."""
    return found_or_404(internal(actor).select_for_update(of=("self",)), pk=solicitation_id)


def own_draft(actor: Actor, solicitation_id: int) -> Solicitation:
    """The same, for changing: a draft of the actor's own department. Raises Refused with the reason."""
    row = locked(actor, solicitation_id)
    if not actor.can("solicitations.draft"):
        raise Refused(_("Drafting is for program officers and procurement officers."))
    of_own_department(row, actor)
    if row.state != SolicitationState.DRAFT:
        state = SOLICITATION.public[row.state]
        raise Refused(_("This is “%(state)s”; only a draft can be changed here.") % {"state": state})
    return row


def touched(row: Solicitation) -> None:
    """Count the change and note the activity; the caller holds the row's lock."""
    row.lock += 1
    row.last_activity_at = now()
    Solicitation.objects.filter(pk=row.pk).update(lock=F("lock") + 1, last_activity_at=row.last_activity_at)


def check_version(shown: str, present: str, current: Mapping[str, Any]) -> None:
    """Raises Conflict with what is saved now when it is not what the form was shown."""
    if shown != present:
        raise Conflict(
            _(
                "Somebody saved this page while you were writing. Nothing of yours or theirs is lost: compare and decide."
            ),
            dict(current),
        )


def clean(row: models.Model, names: Iterable[str]) -> None:
    """Check the named fields of a row as the model declares them; empty ones are for publication to ask. Raises Invalid."""
    wanted = {name for name in names if getattr(row, name) not in (None, "", [])}
    others = {f.name for f in row._meta.fields if f.name not in wanted}
    try:
        row.clean_fields(exclude=others)
    except ValidationError as error:
        raise Invalid({field: [str(m) for m in found] for field, found in error.message_dict.items()}) from error
