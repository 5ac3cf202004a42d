"""Where each person begins: the public, an organization, staff, somebody who belongs nowhere yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.clocks import queries as clocks
from procurement_portal.documents import queries as documents
from procurement_portal.documents.expiry import RULE as LAPSE
from procurement_portal.notifications import queries as notices
from procurement_portal.pages import queue
from procurement_portal.people.access import actor_of, public
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web import pieces, words
from procurement_portal.web.gallery import gallery as component_gallery
from procurement_portal.web.pieces import WorkRow
from solicitations.actions.submission import DUE_CLOCK
from solicitations.queries import find, inquiry, submission
from solicitations.states import SolicitationState, SubmissionStatus

if TYPE_CHECKING:
    from solicitations.models.inquiry import Inquiry
    from solicitations.models.submission import Submission

SHOWN = 5  # rows of each kind on a home page; the list of each kind has them all
EXPIRY_DAYS = 60


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Staff begin with their work, organizations with what is expected of them, everybody else with what is open."""
    actor = actor_of(request)
    if actor.is_staff:
        # A guest evaluator has no desk: what there is to read is where they begin.
        return redirect("work" if actor.can("staff.work") else "solicitations:evaluation-mine")
    if actor.organization_id is not None:
        return _organization(request, actor)
    edges = queue.Edges(now())
    rows = find.found(actor, find.Search())[:SHOWN]
    context = {
        "rows": [
            WorkRow(
                what=row.title,
                url=reverse("solicitations:notice", args=[row.pk]),
                for_whom=row.department.name,
                clock=_clock(row.published_at, row.due_at, edges),
                note=row.number,
            )
            for row in rows
        ],
        "belongs_nowhere": not actor.is_public,
    }
    return render(request, "pages/home.html", context)


def _organization(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is expected of the organization next, by when."""
    edges = queue.Edges(now())
    # Due hours of answers and last days of papers have their own lists below.
    mine = list(clocks.for_actor(actor, ()).exclude(rule__in=(DUE_CLOCK, LAPSE))[: 4 * SHOWN])
    drafts, to_write = _drafts(actor, edges)
    expiring = _expiring(actor, edges)
    first = next((c for c in mine if c.url), None) if actor.can("contracts.answer") else None
    waiting = [queue.work_row(c, edges, waiting=True) for c in clocks.waiting_for_others(actor, ())[:SHOWN]]
    context = {
        "groups": queue.in_groups(mine, edges),
        "drafts": drafts,
        "to_write": to_write,
        "first": first if first is not None and not (to_write and _due(drafts) < first.due_at) else None,
        "expiring": expiring,
        "questions": [_question(row) for row in inquiry.own(actor)[:SHOWN]],
        "waiting": waiting,
        "unread": notices.unread_count(actor),
        "nothing": not (mine or drafts or expiring or waiting),
        "name": actor.organization_name,
    }
    return render(request, "pages/organization_home.html", context)


def _drafts(actor: Actor, edges: queue.Edges) -> tuple[list[WorkRow], str]:
    """Answers that can still be worked on, the one due first at the top; and the address of the first the actor may write."""
    rows = submission.own(actor).filter(
        solicitation__status=SolicitationState.PUBLISHED, solicitation__due_at__gte=edges.now
    )
    found: list[WorkRow] = []
    first = ""
    for row in rows.order_by("solicitation__due_at")[:SHOWN]:
        address = reverse("solicitations:proposal", args=[row.pk])
        may_write = any(actor.can("proposals.edit", scope) for scope in row.scopes)
        first = first or (address if may_write else "")
        found.append(
            WorkRow(
                what=row.solicitation.title,
                url=address,
                for_whom=row.solicitation.department.name,
                clock=_clock(row.started_at, row.solicitation.due_at, edges),
                act=pieces.Act(_("Continue") if may_write else _("Read"), address),
                note=_state(row),
            )
        )
    return found, first


def _due(drafts: list[WorkRow]) -> datetime:
    """When the first of these answers is due."""
    return min(row.clock.due for row in drafts if row.clock is not None)


def _clock(starts: datetime | None, due: datetime | None, edges: queue.Edges) -> pieces.Clock | None:
    return pieces.Clock(starts, due, edges.now) if starts and due else None


def _state(row: Submission) -> str:
    if row.status == SubmissionStatus.SUBMITTED:
        return _("Submitted. You can replace or withdraw it until the due hour.")
    if row.number:
        return _("Withdrawn. Nothing of it stands unless you submit again.")
    return _("Not submitted yet")


def _expiring(actor: Actor, edges: queue.Edges) -> list[WorkRow]:
    """Documents of the vault that lapse within 60 days or have lapsed, the earliest first."""
    assert actor.organization_id is not None
    until = edges.today + timedelta(days=EXPIRY_DAYS)
    rows = documents.vault_of(actor, actor.organization_id).filter(expires_on__lte=until).order_by("expires_on", "pk")
    return [
        WorkRow(
            what=row.title,
            url=reverse("documents:document", args=[row.pk]),
            note=_expiry(row.expires_on, edges),
            act=pieces.Act(_("Add the newer one"), reverse("documents:replace", args=[row.pk])),
        )
        for row in rows[:SHOWN]
    ]


def _expiry(day: date | None, edges: queue.Edges) -> str:
    if day is None:
        return ""
    shown = {"day": words.day(day), "away": words.days_away(day, edges.today)}
    return (_("Expired %(day)s, %(away)s") if day < edges.today else _("Expires %(day)s, %(away)s")) % shown


def _question(row: Inquiry) -> WorkRow:
    asked = _("Asked %(day)s, not answered yet") % {"day": words.day(row.asked_at)}
    return WorkRow(
        what=row.solicitation.title,
        url=reverse("solicitations:notice", args=[row.solicitation_id]) + "#answers",
        note=_("Answered, to be read by everyone") if row.published_at else asked,
    )


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every recurring piece in each of its states, with invented people."""
    return component_gallery(request)
