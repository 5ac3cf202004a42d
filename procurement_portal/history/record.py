"""The two doors into history: `record` for acts, `witness` for reads that matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from django.db import models, transaction
from django.db.models import QuerySet

from procurement_portal.history.models import Entry
from procurement_portal.web.readonly import allow_write

if TYPE_CHECKING:
    from collections.abc import Iterable


class ActorLike(Protocol):
    """What history needs to know of whoever acts; `people.Actor` is one."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def label(self) -> str: ...
    @property
    def acting_as(self) -> str: ...
    @property
    def request_id(self) -> str: ...


def subject_type(subject: models.Model | type[models.Model]) -> str:
    """The stable name of a kind of record, such as `solicitations.solicitation`."""
    return subject._meta.label_lower


def record(
    actor: ActorLike,
    act: str,
    subject: models.Model,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
    law: str = "",
) -> Entry:
    """Write one act in the caller's transaction and return its entry.

    `act` is a dotted verb; `before` and `after` hold only the fields that changed, as JSON values, and never a secret,
    a sealed answer or personal identifiers. Raises RuntimeError outside a transaction: an act and its record stand or
    fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("history.record is called inside the transaction of the act")
    return _write(actor, act, subject, before, after, why, law, witnessed=False)


def witness(actor: ActorLike, act: str, subject: models.Model, *, why: str = "") -> Entry:
    """Write down a refused or sensitive read, also while a GET is answered; returns the entry."""
    with allow_write():
        return _write(actor, act, subject, None, None, why, "", witnessed=True)


def _write(
    actor: ActorLike,
    act: str,
    subject: models.Model,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    why: str,
    law: str,
    *,
    witnessed: bool,
) -> Entry:
    return Entry.objects.create(
        actor_id=actor.user_id,
        actor_label=actor.label,
        acting_as=actor.acting_as,
        act=act,
        subject_type=subject_type(subject),
        subject_id=str(subject.pk),
        subject_label=str(subject),
        before=dict(before) if before is not None else None,
        after=dict(after) if after is not None else None,
        why=why,
        law=law,
        request_id=actor.request_id,
        witnessed=witnessed,
    )


def entries_for(subjects: Iterable[models.Model]) -> QuerySet[Entry]:
    """The acts on these records, newest first. Whoever asks has already been allowed to see the records."""
    condition = models.Q(pk__in=[])
    for subject in subjects:
        condition |= models.Q(subject_type=subject_type(subject), subject_id=str(subject.pk))
    return Entry.objects.filter(condition).order_by("-id")
