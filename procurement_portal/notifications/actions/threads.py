"""Write into a thread, and mark it read."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.notifications import recipients, threads
from procurement_portal.notifications.messages import MessagePosted
from procurement_portal.notifications.models.thread import Post, ReadMark, Thread
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Invalid, Refused

MOST_LETTERS = 10_000


def post(
    *,
    actor: Actor,
    subject_type: str,
    subject_id: str,
    body: str,
    way: str = Post.Way.PAGE,
    files_left_out: int = 0,
) -> Post:
    """Write a message about a record and tell everyone else who takes part, and the deputies of those away.

    Raises Refused with the reason when the actor may not write now (such as on a live solicitation, whose public
    questions are the only way), Invalid for an empty or too long text.
    """
    provider = threads.provider_of(subject_type)
    subject = provider.find(actor, subject_id) if provider else None
    if provider is None or subject is None or actor.user_id is None:
        raise Refused(_("You cannot write here."))
    reason = provider.may_write(actor, subject)
    if reason:
        raise Refused(reason)
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid({"body": [_("Write a message.")]})
    if len(text) > MOST_LETTERS:
        raise Invalid({"body": [_("A message has at most 10,000 letters. Shorten it or send it in parts.")]})
    with transaction.atomic():
        thread, _new = Thread.objects.get_or_create(subject_type=subject_type, subject_id=subject_id)
        message = Post.objects.create(
            thread=thread,
            author_id=actor.user_id,
            author_name=actor.name,
            author_body=actor.acting_as,
            body=text,
            way=way,
            files_left_out=files_left_out,
        )
        _mark(thread, actor.user_id, message.pk)
        record(actor, "thread.post", subject, after={"message": message.pk, "way": str(way)})
        others = recipients.with_deputies(provider.participants(subject))
        notice = MessagePosted(
            post_id=message.pk,
            thread_id=thread.pk,
            about=provider.title(subject),
            author=actor.name,
            author_body=actor.acting_as,
            body=text,
            files_left_out=files_left_out,
            url=reverse("notifications:thread", args=[subject_type, subject_id]),
        )
        send(notice, to=[r for r in others if r.user is None or r.user.pk != actor.user_id])
        return message


def mark_read(*, actor: Actor, subject_type: str, subject_id: str) -> int:
    """Mark the messages about a record read up to the newest; returns how far (0: there is none)."""
    with transaction.atomic():
        newest = threads.posts(actor, subject_type, subject_id).last()
        if newest is None or actor.user_id is None:
            return 0
        _mark(newest.thread, actor.user_id, newest.pk)
        return newest.pk


def _mark(thread: Thread, user_id: int, post_id: int) -> None:
    mark, made = ReadMark.objects.select_for_update().get_or_create(
        thread=thread, user_id=user_id, defaults={"last_post_id": post_id}
    )
    if not made and mark.last_post_id < post_id:
        mark.last_post_id = post_id
        mark.save(update_fields=["last_post_id"])
