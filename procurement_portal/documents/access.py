"""Who may read a file. Rooms and apps above add a provider; the first that knows the file answers.

A provider takes (actor, file) and returns a `Reading`. It asks its own queries, so that a file is readable by whoever may see the
record it belongs to, and by nobody else. A sealed proposal's provider says NO until opening.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from procurement_portal.documents.models import File

if TYPE_CHECKING:
    from procurement_portal.people.actor import Actor


class Reading(IntEnum):
    """How a file may be read; of several answers the freest counts."""

    NO = 0
    WITNESSED = 1  # read, and the reading is itself an entry of history
    YES = 2


Provider = Callable[["Actor", File], Reading]
_providers: dict[str, Provider] = {}


def add_provider(name: str, provider: Provider) -> None:
    """Register a provider (from an app's `ready`); the name makes it once."""
    _providers[name] = provider


def reading(actor: Actor, file: File) -> Reading:
    """How this actor may read this file."""
    return max((_own(actor, file), *(provider(actor, file) for provider in _providers.values())))


def may_read(actor: Actor, file: File) -> bool:
    """Whether this actor may read this file at all (it must also be released to be served)."""
    return reading(actor, file) is not Reading.NO


def find(actor: Actor, pk: int) -> tuple[File, Reading] | None:
    """A file and how this actor may read it; None for what does not exist for them."""
    file = File.objects.select_related("data_key__within").filter(pk=pk).first()
    if file is None:
        return None
    how = reading(actor, file)
    return None if how is Reading.NO else (file, how)


def _own(actor: Actor, file: File) -> Reading:
    """An organization reads its own files; a file without a body is read by the person who brought it."""
    if file.organization_id is not None:
        own = actor.organization_id == file.organization_id and actor.can("organization.view")
    else:
        own = file.received_by_id is not None and file.received_by_id == actor.user_id
    return Reading.YES if own else Reading.NO
