"""Keep a search, confirm it, leave it; tell what is new."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.web import words
from solicitations.models.saved_search import SavedSearch
from solicitations.notifications.saved_search import ConfirmSearch, NewMatches
from solicitations.queries.find import Search, published_since

MOST_IN_ONE_MAIL = 20


def keep(*, actor: Actor, email: str, name: str, search: Search, language: str) -> tuple[SavedSearch, bool]:
    """Keep a search for an address; returns it and whether a confirmation is still to be asked for.

    A person's own confirmed address needs no second opt-in. The same search for the same address is kept once. Asking again
    says the same to everybody, whether or not that address has confirmed, and asks it again at most once a day while it has
    not.
    """
    own = bool(actor.user_id) and email.lower() == actor.email.lower()
    present = now()
    try:
        with transaction.atomic():
            kept = SavedSearch.objects.create(
                email=email.lower(), user_id=actor.user_id if own else None, name=name, query=search.as_query(), language=language,
                token=secrets.token_urlsafe(32), confirmed_at=present if own else None, told_until=present if own else None,
            )  # fmt: skip
            record(actor, "saved_search.keep", kept, after={"query": kept.query})
            if not own:
                _ask(kept)
            return kept, not own
    except IntegrityError:
        kept = SavedSearch.objects.get(email=email.lower(), query=search.as_query(), left_at__isnull=True)
    if own:
        return confirm(token=kept.token) or kept, False
    if kept.confirmed_at is None:
        with transaction.atomic():
            _ask(kept)
    return kept, True


def _ask(kept: SavedSearch) -> None:
    """The mail that asks for the second opt-in; its key holds the day, so that nobody floods an address with it."""
    ask = ConfirmSearch(
        search_id=kept.pk, name=kept.name, day=today().isoformat(),
        url=reverse("solicitations:confirm_search", args=[kept.token]),
    )  # fmt: skip
    send(ask, to=recipients.address(kept.email, kept.language))


def confirm(*, token: str) -> SavedSearch | None:
    """The second opt-in. Returns the search, or None for a token nobody was given. Confirming twice changes nothing."""
    with transaction.atomic():
        kept = SavedSearch.objects.select_for_update().filter(token=token, left_at__isnull=True).first()
        if kept is not None and kept.confirmed_at is None:
            present = now()
            kept.confirmed_at = kept.told_until = present
            kept.save(update_fields=["confirmed_at", "told_until"])
            record(Actor.system("confirmed by e-mail"), "saved_search.confirm", kept)
        return kept


def leave(*, token: str) -> SavedSearch | None:
    """Leave with one click, without signing in. Returns the search, or None for an unknown token."""
    with transaction.atomic():
        kept = SavedSearch.objects.select_for_update().filter(token=token).first()
        if kept is not None and kept.left_at is None:
            kept.left_at = now()
            kept.save(update_fields=["left_at"])
            record(Actor.system("left by e-mail"), "saved_search.leave", kept)
        return kept


def tell(*, search_id: int) -> int:
    """Write to one kept search what was published since its last mail; returns how many notices it told.

    Safe to run late or twice: the row is locked, `told_until` moves with the mail in one transaction.
    """
    with transaction.atomic():
        kept = SavedSearch.objects.select_for_update().filter(pk=search_id).first()
        if kept is None or kept.confirmed_at is None or kept.left_at is not None or kept.told_until is None:
            return 0
        until = now()
        rows = list(
            published_since(Actor.public(), stored(kept.query), kept.told_until, until)[: MOST_IN_ONE_MAIL + 200]
        )
        if rows:
            with translation.override(kept.language):
                matches = tuple(
                    (
                        row.title,
                        row.department.name,
                        words.instant(row.due_at),
                        reverse("solicitations:notice", args=[row.pk]),
                    )
                    for row in rows[:MOST_IN_ONE_MAIL]
                )
            mail = NewMatches(
                search_id=kept.pk, name=kept.name, token=kept.token, until=until.isoformat(), matches=matches,
                more=len(rows) - len(matches), url=reverse("solicitations:opportunities"),
            )  # fmt: skip
            send(mail, to=recipients.address(kept.email, kept.language))
        kept.told_until = until
        kept.save(update_fields=["told_until"])
        return len(rows)


def stored(query: dict[str, str]) -> Search:
    """The filters as `Search.as_query` kept them."""
    kinds = {"department": int, "area": int, "amount_least": Decimal, "amount_most": Decimal}
    days = {"due_from", "due_until"}
    values: dict[str, Any] = {
        name: datetime.fromisoformat(value).date() if name in days else kinds.get(name, str)(value)
        for name, value in query.items()
    }
    return replace(Search(), **values)
