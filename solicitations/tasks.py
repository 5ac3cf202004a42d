"""Work of this app outside the request."""

from __future__ import annotations

from celery import shared_task

from procurement_portal.outbox.intents import task
from procurement_portal.people.actor import Actor
from solicitations.actions import publication, saved_search
from solicitations.queries import saved_search as saved_searches


@task(publication.CLOSE)
def close_one(*, solicitation_id: int) -> None:
    """Close a notice if its due instant has passed; a date that moved meanwhile has its own intent."""
    publication.close(actor=Actor.system("the due hour has passed"), solicitation_id=solicitation_id)


@shared_task(name="solicitations.close_due")
def close_due() -> int:
    """The sweeper behind the intents: closes whatever is past its due hour; returns how many."""
    return publication.close_due()


@shared_task(name="solicitations.tell_saved_searches")
def tell_saved_searches() -> int:
    """Write to kept searches what was published since their last mail; returns how many notices were told."""
    return sum(saved_search.tell(search_id=pk) for pk in saved_searches.waiting())
