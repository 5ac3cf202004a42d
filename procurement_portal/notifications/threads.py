"""Message threads: one conversation a record. Each kind of record says who takes part and who may write when.

A kind is registered once at start-up (`handoffs.py` lists them):

    threads.register("solicitations.submission", ThreadSubject(find=…, title=…, url=…, participants=…, may_write=…))
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from procurement_portal.notifications.models.thread import Post, ReadMark, Thread
from procurement_portal.notifications.recipients import Recipient
from procurement_portal.people.actor import Actor

_ADDRESS = re.compile(r"thread\+(\d+)\.(\d+)\.([a-z2-7]{24})@(.+)", re.I)


@dataclass(frozen=True, kw_only=True)
class ThreadSubject:
    """What a kind of record says about its conversation.

    `find(actor, pk)` gives the record if the actor may see it, else None. `participants(record)` are the people who take
    part (desks with `recipients.desk`, which adds deputies; the organization's people by role). `may_write(actor, record)`
    gives the reason why not, in words, or None.
    """

    find: Callable[[Actor, str], Any]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    participants: Callable[[Any], list[Recipient]]
    may_write: Callable[[Actor, Any], str | None]


_subjects: dict[str, ThreadSubject] = {}


def register(subject_type: str, provider: ThreadSubject) -> None:
    """Take what a kind of record says. Raises ValueError for a kind that another provider took."""
    if _subjects.get(subject_type, provider) is not provider:
        raise ValueError(f"{subject_type} has its threads already")
    _subjects[subject_type] = provider


def provider_of(subject_type: str) -> ThreadSubject | None:
    """What a kind of record says, or None for a kind without conversations."""
    return _subjects.get(subject_type)


def posts(actor: Actor, subject_type: str, subject_id: str) -> QuerySet[Post]:
    """The messages about a record in the order written; nothing for who may not see the record."""
    provider = provider_of(subject_type)
    if provider is None or provider.find(actor, subject_id) is None:
        return Post.objects.none()
    return Post.objects.filter(thread__subject_type=subject_type, thread__subject_id=subject_id).order_by("pk")


def unread(actor: Actor, subject_type: str, subject_id: str) -> int:
    """How many messages about a record the actor has not read yet."""
    if actor.user_id is None:
        return 0
    mark = ReadMark.objects.filter(
        user_id=actor.user_id, thread__subject_type=subject_type, thread__subject_id=subject_id
    ).values_list("last_post_id", flat=True)
    return (
        posts(actor, subject_type, subject_id).filter(pk__gt=mark.first() or 0).exclude(author_id=actor.user_id).count()
    )


def reply_address(thread: Thread | int, user_id: int) -> str:
    """Where this person's answers by e-mail to this thread go; the address works for nobody else."""
    pk = thread if isinstance(thread, int) else thread.pk
    return f"thread+{pk}.{user_id}.{_seal(pk, user_id)}@{settings.MAIL_REPLY_DOMAIN}"


def read_address(address: str) -> tuple[int, int] | None:
    """(thread, person) of a reply address, or None for one that is not ours or was tampered with."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None or match[4].lower() != settings.MAIL_REPLY_DOMAIN.lower():
        return None
    thread_id, user_id = int(match[1]), int(match[2])
    if not hmac.compare_digest(_seal(thread_id, user_id), match[3].lower()):
        return None
    return thread_id, user_id


def _seal(thread_id: int, user_id: int) -> str:
    """Fifteen bytes of a keyed hash, in letters that survive a mail server that lowers them."""
    digest = salted_hmac("notifications.threads", f"{thread_id}.{user_id}", algorithm="sha256").digest()
    return base64.b32encode(digest[:15]).decode().lower()
