"""Send a notice: what is sent is written in the caller's transaction; the mail itself leaves by the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from procurement_portal.notifications.actions.deliver import keep
from procurement_portal.notifications.models.delivery import Channel, Delivery, Preference
from procurement_portal.notifications.notice import Notice
from procurement_portal.notifications.recipients import Audience, Recipient


def send(notice: Notice, *, to: Audience) -> list[Delivery]:
    """Write a notice for everyone in `to` (see `recipients`) and return the new deliveries.

    Each person gets it in the inbox and by mail, as far as they have not switched the category off (a legal notice
    cannot be). The same `kind` and `key` reaches a person once by each channel, however often this is called. Raises
    RuntimeError outside a transaction: a notice stands or falls with the act it tells of.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notice is sent inside the transaction of the act it tells of")
    recipients = _once(to)
    off = set() if notice.legal else _switched_off(recipients, notice)
    known = _already(notice)
    words: dict[str, tuple[str, str]] = {}
    rows: list[Delivery] = []
    for recipient in recipients:
        subject, body = words.get(recipient.language) or words.setdefault(
            recipient.language, render(notice, recipient.language)
        )
        for channel in _channels(notice, recipient):
            pk = recipient.user.pk if recipient.user else None
            address = _address(recipient) if channel == Channel.MAIL else ""
            if (pk, address, channel) in known:
                continue
            rows.append(_row(notice, recipient, channel, subject, body, wanted=(pk, channel) not in off))
    return keep(rows)


def render(notice: Notice, language: str) -> tuple[str, str]:
    """The subject and the text of a notice in one language."""
    with translation.override(language):
        context = {**notice.context(), "url": absolute(notice.url), "urgent": notice.urgent}
        # Plain text: nothing is escaped. The HTML form escapes the whole text again.
        template = get_template(f"emails/{notice.template}.txt").template  # type: ignore[attr-defined]
        body = template.render(Context(context, autoescape=False))
        return " ".join(str(notice.subject()).split())[:300], "\n".join(
            line.rstrip() for line in body.strip().splitlines()
        )


def absolute(path: str) -> str:
    """A path of the portal as an address for a mail; "" stays ""."""
    if not path or "://" in path:
        return path
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def _once(to: Iterable[Recipient]) -> list[Recipient]:
    found: dict[tuple[int | None, str], Recipient] = {}
    for recipient in to:
        found.setdefault((recipient.user.pk if recipient.user else None, recipient.address), recipient)
    return list(found.values())


def _channels(notice: Notice, recipient: Recipient) -> list[Channel]:
    if notice.portal_only:
        return [Channel.PORTAL] if recipient.user else []
    if recipient.user is None or notice.mail_only:
        return [Channel.MAIL]
    return [Channel.PORTAL, Channel.MAIL]


def _address(recipient: Recipient) -> str:
    return recipient.user.email if recipient.user else recipient.address


def _switched_off(recipients: list[Recipient], notice: Notice) -> set[tuple[int | None, str]]:
    ids = [recipient.user.pk for recipient in recipients if recipient.user]
    return set(
        Preference.objects.filter(user_id__in=ids, category=notice.category, wanted=False).values_list(
            "user_id", "channel"
        )
    )


def _already(notice: Notice) -> set[tuple[int | None, str, str]]:
    rows = Delivery.objects.filter(kind=notice.kind, key=notice.key)
    return set(rows.values_list("user_id", "address", "channel"))


def _row(notice: Notice, to: Recipient, channel: Channel, subject: str, body: str, *, wanted: bool) -> Delivery:
    pk = to.user.pk if to.user else None
    mail = channel == Channel.MAIL
    if not wanted:
        outcome = Delivery.Outcome.TURNED_OFF
    else:
        outcome = Delivery.Outcome.WAITING if mail else Delivery.Outcome.SHOWN
    return Delivery(
        kind=notice.kind,
        key=notice.key,
        category=notice.category,
        legal=notice.legal,
        urgent=notice.urgent,
        user_id=pk,
        address=_address(to) if mail else "",
        organization_id=to.organization_id,
        desk_id=to.desk_id,
        instead_of_id=to.instead_of_id,
        channel=channel,
        language=to.language,
        subject=subject,
        body=body,
        url=notice.url,
        reply_to=notice.reply_to(pk) if mail else "",
        leave_url=notice.leave_url(pk) if mail else "",
        message_id=f"<{secrets.token_hex(16)}@{settings.MAIL_REPLY_DOMAIN}>" if mail else None,
        outcome=outcome,
    )
