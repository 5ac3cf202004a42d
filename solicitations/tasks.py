"""Work of this app outside the request."""

from __future__ import annotations

from celery import shared_task

from procurement_portal.outbox.intents import task
from procurement_portal.people.actor import Actor
from solicitations.actions import (
    ending,
    letters,
    opening,
    paper,
    partner,
    publication,
    receipt,
    saved_search,
    submission,
    way,
)
from solicitations.queries import saved_search as saved_searches


@task(publication.CLOSE)
def close_one(*, solicitation_id: int) -> None:
    """Close a notice if its due instant has passed; a date that moved meanwhile has its own intent."""
    publication.close(actor=Actor.system("the due hour has passed"), solicitation_id=solicitation_id)


@shared_task(name="solicitations.close_due")
def close_due() -> int:
    """The sweeper behind the intents: closes whatever is past its due hour; returns how many."""
    return publication.close_due()


@shared_task(name="solicitations.ask_renewals")
def ask_renewals() -> tuple[int, int]:
    """Ask "renew or let end" in time about every running contract; returns (asked, stopped)."""
    return ending.sweep()


@shared_task(name="solicitations.forecast_execution")
def forecast_execution() -> int:
    """Forecast every contract on its way anew and warn where a first day is in danger; returns how many."""
    return way.sweep()


@shared_task(name="solicitations.tell_saved_searches")
def tell_saved_searches() -> int:
    """Write to kept searches what was published since their last mail; returns how many notices were told."""
    return sum(saved_search.tell(search_id=pk) for pk in saved_searches.waiting())


@task(submission.AFTER_SUBMIT)
def after_submit(*, version_id: int) -> None:
    """Notices, the clock and the PDF of one submitted version."""
    receipt.after_submit(version_id=version_id)


@task(submission.AT_DUE)
def submit_at_due(*, consent_id: int) -> None:
    """Hand in the last complete version under a consent given in advance."""
    submission.submit_at_due(consent_id=consent_id)


@task(partner.INVITED)
def tell_partner(*, partner_id: int) -> None:
    """Tell an organization that it was asked to take part in a proposal."""
    receipt.tell_partner(partner_id=partner_id)


@task(receipt.AFTER_ADDENDUM)
def proposals_after_addendum(*, solicitation_id: int, number: int, question_ids: list[int]) -> None:
    """Tell proposers which answers an addendum touched."""
    receipt.after_addendum(solicitation_id=solicitation_id, number=number, question_ids=question_ids)


@task(opening.TELL)
def tell_opened(*, opening_id: int) -> None:
    """Tell proposers that their answers were opened, and the department what was received."""
    opening.tell_opened(opening_id=opening_id)


@task(letters.PAPER)
def make_letter(*, letter_id: int) -> None:
    """The PDF of one decision letter."""
    letters.make_paper(letter_id=letter_id)


@task(paper.MAKE_PDF)
def make_contract_pdf(*, paper_id: int) -> None:
    """The PDF of a contract's document that is to be signed."""
    paper.make_pdf(paper_id=paper_id)


@task(paper.MAKE_COPY)
def make_signed_copy(*, paper_id: int) -> None:
    """The signed copy with its page of signatures."""
    paper.make_signed_copy(paper_id=paper_id)
