"""The one cure window of a solicitation, equal for all; papers handed in within it, or late and on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.documents.kinds import KINDS
from procurement_portal.documents.queries import vault_of
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.drafting import locked, touched
from solicitations.models.cure import CureItem, CureWindow
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.cure import CureAsked, PaperCured
from solicitations.queries import cure as queries
from solicitations.workflow.notice import SOLICITATION, of_own_department

CURE_CLOCK = "solicitations.cure"
PEOPLE = ("administrator", "signatory", "preparer")


def managed(actor: Actor, solicitation_id: int) -> Solicitation:
    """The notice locked, opened and not decided yet, one's own department's, by whoever manages the evaluation."""
    found_or_404(queries.managed(actor), pk=solicitation_id)
    row = locked(actor, solicitation_id)
    of_own_department(row, actor)
    if row.state not in queries.DURING:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    return row


def requests_url(submission_id: int) -> str:
    """Where a proposer answers."""
    return reverse("solicitations:proposal_requests", args=[submission_id])


@transaction.atomic
def publish_window(
    *, actor: Actor, solicitation_id: int, closes_at: datetime, note: str, items: Iterable[tuple[int, str]]
) -> CureWindow:
    """Publish the one cure window with the papers that lack: `items` are (proposal id, kind of paper). Open from now on.

    Each proposer concerned is told the same last hour. Raises Invalid per field, Conflict when there was a window, Refused.
    """
    row = managed(actor, solicitation_id)
    if queries.window_of(row) is not None:
        raise Conflict(_("This solicitation has had its one cure window."))
    lacking = {(one.proposal.pk, one.kind): one for one in queries.lacking(row)}
    chosen = [lacking[key] for key in dict.fromkeys(items) if key in lacking]
    present = now()
    problems: dict[str, list[str]] = {}
    if not chosen:
        problems["items"] = [_("Mark the papers that are missing.")]
    if closes_at <= present:
        problems["closes_at"] = [_("The last hour lies in the future.")]
    if problems:
        raise Invalid(problems)
    window = CureWindow.objects.create(
        solicitation=row, opens_at=present, closes_at=closes_at, note=note.strip(), published_by_id=actor.user_id
    )
    record(
        actor, "cure.publish", window, why=window.note,
        after={"closes_at": closes_at.isoformat(), "items": [[one.proposal.pk, one.kind] for one in chosen]},
    )  # fmt: skip
    for one in chosen:
        item = CureItem.objects.create(window=window, proposal=one.proposal, kind=one.kind, what=one.label)
        clocks.start(
            item,
            rule=CURE_CLOCK,
            citation="Cure window of the solicitation",
            what=_("Hand in the missing paper: %(what)s") % {"what": one.label},
            due_at=closes_at,
            organization_id=one.proposal.organization_id,
            url=requests_url(one.proposal.submission_id),
            about=f"{row.number} {row.title}",
            actor=actor,
        )
    for proposal in dict.fromkeys(one.proposal for one in chosen):
        send(
            CureAsked(
                window_id=window.pk,
                number=row.number,
                title=row.title,
                papers=[one.label for one in chosen if one.proposal == proposal],
                closes_at=closes_at,
                url=requests_url(proposal.submission_id),
            ),
            to=recipients.organization(proposal.organization_id, PEOPLE),
        )
    touched(row)
    return window


def hand_in(*, actor: Actor, item_id: int, document_id: int) -> CureItem:
    """Hand in a paper of one's vault for an item of the window; the database's clock decides. What comes late is recorded
    and refused. A paper handed in before may be replaced until the window closes. Raises Refused, Invalid, Http404."""
    with transaction.atomic():
        found_or_404(queries.own_items(actor), pk=item_id)
        item = queries.own_items(actor).select_for_update(of=("self",)).get(pk=item_id)
        if not actor.can("documents.manage"):
            raise Refused(_("Handing in papers is for whoever keeps the organization's papers."))
        present = now()
        late = not in_time(present, item.window.closes_at)
        document = vault_of(actor, item.proposal.organization_id).filter(pk=document_id).first()
        if late:
            record(actor, "cure.late", item, after={"at": present.isoformat(), "document": document_id})
        elif document is None or document.kind != item.kind:
            raise Invalid(
                {"document": [_("Choose a paper of this kind: %(kind)s.") % {"kind": KINDS[item.kind].label}]}
            )
        else:
            item.document, item.cured_at, item.cured_by_id = document, present, actor.user_id
            item.save(update_fields=["document", "cured_at", "cured_by"])
            record(actor, "cure.hand_in", item, after={"document": document.pk, "sha256": document.file.sha256})
            clocks.stop(item, CURE_CLOCK, "handed_in", actor)
            _tell(item)
    if late:  # after the commit: what was tried stays on record
        raise Refused(
            _("The window closed %(closed)s; it is %(now)s. What you tried is on record, and nothing was handed in.")
            % {"closed": words.exact(item.window.closes_at), "now": words.exact(present)}
        )
    return item


def _tell(item: CureItem) -> None:
    row = item.window.solicitation
    send(
        PaperCured(
            item_id=item.pk,
            at=item.cured_at.isoformat() if item.cured_at else "",
            number=row.number,
            organization=item.proposal.organization.name,
            paper=item.what,
            url=reverse("solicitations:cure", args=[row.number]),
        ),
        to=recipients.users([item.window.published_by_id]),
    )
