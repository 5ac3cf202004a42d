"""Mail that comes in: answers to the mails of a thread.

Only the text is taken, without what it quotes. Attachments are left out with a note: files go through the portal's own
checks or not at all. An unknown sender, a tampered address, an automatic reply are refused and kept as refused.
"""

from __future__ import annotations

import hashlib
import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

from django.db import transaction
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.notifications import recipients, threads
from procurement_portal.notifications.actions.threads import post
from procurement_portal.notifications.messages import MailNotTaken
from procurement_portal.notifications.models.thread import Inbound, Post, Thread
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.acting import actor_from, body_key, open_memberships
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.user import User
from procurement_portal.web.refusal import Invalid, Refused

RECEIVE = "notifications.receive"
MOST_BYTES = 25 * 1024 * 1024
ANSWER_ABOVE = "##"  # a line of our mails that begins so ends the answer, in every language
_QUOTE_BEGINS = (
    re.compile(r"^\s*>"),
    re.compile(rf"^\s*{ANSWER_ABOVE}"),
    re.compile(r"^\s*(On|El|Le|Am|W dniu)\b.{4,200}(wrote|escribió|a écrit|schrieb|napisał\(?a?\)?)\s*:\s*$", re.I),
    re.compile(r"^\s*-{2,}\s*(Original Message|Mensaje original|Forwarded message)\s*-{2,}", re.I),
    re.compile(r"^_{10,}\s*$"),
    re.compile(r"^\s*(From|De):\s.+@.+", re.I),
    re.compile(r"^-- $"),
    re.compile(r"^Sent from my ", re.I),
)
_QUOTE_OVER_TWO_LINES = re.compile(r"(?m)^(\s*(?:On|El)\b[^\n]{4,200})\n([^\n]{0,120}(?:wrote|escribió)\s*:\s*)$", re.I)


class NotMail(ValueError):
    """What came in is not an RFC 822 message, or larger than 25 MB."""


def accept(raw: bytes) -> Inbound:
    """Keep the text of a raw message and let a task post it; the same message again returns the first. Raises NotMail."""
    if len(raw) > MOST_BYTES:
        raise NotMail("the message is larger than 25 MB")
    message = message_from_bytes(raw, policy=policy.default)
    sender = parseaddr(str(message.get("From", "")))[1].lower()
    if not sender or message.defects and not message.keys():
        raise NotMail("the message names no sender")
    text, files = _text(message)
    automatic = str(message.get("Auto-Submitted", "no")).lower() != "no" or str(message.get("Return-Path")) == "<>"
    message_id = str(message.get("Message-ID", "")).strip() or f"<none.{hashlib.sha256(raw).hexdigest()}>"
    with transaction.atomic():
        row, made = Inbound.objects.get_or_create(
            message_id=message_id[:300],
            defaults={
                "from_address": sender[:320],
                "to_address": _reply_address(message)[:320],
                "text": without_quotes(text)[:20_000],
                "files_left_out": files,
            },
        )
        if made and automatic:
            _refuse(row, "an automatic reply")
        elif made:
            enqueue(RECEIVE, key=f"{RECEIVE}:{row.pk}", inbound_id=row.pk)
        return row


def settle(inbound_id: int) -> Inbound:
    """Post an accepted mail into its thread, or refuse it and tell a known writer why. Right when called twice."""
    with transaction.atomic():
        row = Inbound.objects.select_for_update().get(pk=inbound_id)
        if row.outcome != Inbound.Outcome.WAITING:
            return row
        found = threads.read_address(row.to_address)
        if found is None:
            return _refuse(row, "not addressed to a thread")
        thread = Thread.objects.filter(pk=found[0]).first()
        person = User.objects.filter(pk=found[1], is_active=True).first()
        if thread is None or person is None or person.email.lower() != row.from_address.lower():
            # The address was made for one person; whoever else writes to it is not answered.
            return _refuse(row, "unknown sender")
        actor = _actor_who_sees(person, thread)
        if actor is None:
            return _refuse(row, "the writer no longer sees this record")
        try:
            with transaction.atomic():
                row.post = post(
                    actor=actor,
                    subject_type=thread.subject_type,
                    subject_id=thread.subject_id,
                    body=row.text,
                    way=Post.Way.MAIL,
                    files_left_out=row.files_left_out,
                )
        except Refused as refused:
            return _refuse(row, refused.reason, person, thread, actor)
        except Invalid:
            return _refuse(row, _("We found no text of yours in it."), person, thread, actor)
        row.outcome = Inbound.Outcome.POSTED
        row.save(update_fields=["outcome", "post"])
        return row


def without_quotes(text: str) -> str:
    """What the writer wrote: everything before the first quotation, separator or signature."""
    text = _QUOTE_OVER_TWO_LINES.sub(r"\1 \2", text.replace("\r\n", "\n"))
    kept: list[str] = []
    for line in text.split("\n"):
        if any(begins.match(line) for begins in _QUOTE_BEGINS):
            break
        kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _text(message: EmailMessage) -> tuple[str, int]:
    """The text of a message and how many files it carries."""
    files = sum(1 for part in message.walk() if part.get_filename() or part.get_content_disposition() == "attachment")
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return "", files
    try:
        content = body.get_content()
    except (LookupError, UnicodeError):  # a character set nobody knows
        content = (body.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    if body.get_content_type() == "text/html":
        broken = re.sub(r"(?i)<blockquote", f"\n{ANSWER_ABOVE}<blockquote", str(content))
        broken = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", "", broken)
        broken = re.sub(r"(?i)<(br|/p|/div|/li|/tr)\b[^>]*>", "\n", broken)
        content = html.unescape(strip_tags(broken))
    return str(content).replace("\x00", ""), files


def _reply_address(message: EmailMessage) -> str:
    """The first address of ours among those the message names."""
    names = ("X-Original-To", "Delivered-To", "To", "Cc")
    listed = [address for _name, address in getaddresses([str(v) for n in names for v in message.get_all(n, [])])]
    return next((address for address in listed if threads.read_address(address)), listed[0] if listed else "")


def _actor_who_sees(person: User, thread: Thread) -> Actor | None:
    provider = threads.provider_of(thread.subject_type)
    if provider is None:
        return None
    memberships = open_memberships(person.pk)
    for body in dict.fromkeys(body_key(membership) for membership in memberships):
        actor = actor_from(person, memberships, body)
        if provider.find(actor, thread.subject_id) is not None:
            return actor
    return None


def _refuse(
    row: Inbound, reason: str, person: User | None = None, thread: Thread | None = None, actor: Actor | None = None
) -> Inbound:
    row.outcome, row.reason = Inbound.Outcome.REFUSED, reason[:300]
    row.save(update_fields=["outcome", "reason"])
    record(Actor.system("incoming mail"), "mail.refuse", row, why=row.reason)
    if person is not None and thread is not None and actor is not None:
        provider = threads.provider_of(thread.subject_type)
        assert provider is not None
        subject = provider.find(actor, thread.subject_id)
        notice = MailNotTaken(
            inbound_id=row.pk, about=provider.title(subject), reason=reason, url=provider.url(subject)
        )
        send(notice, to=recipients.user(person))
    return row
