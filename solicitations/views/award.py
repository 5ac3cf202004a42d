"""The awards of a solicitation for staff: the hub, the announcement, the waiting list's end, the end without award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.people.access import actor_of, requires
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.pieces import Clock, Fact
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import award as actions
from solicitations.actions import award_steps as steps
from solicitations.forms.award import AnnounceForm, PublicReasonForm
from solicitations.models.award import Award
from solicitations.models.protest import Protest, ProtestWindow
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.queries import award as queries
from solicitations.queries import protest as protests
from solicitations.states import AwardState, DeterminationKind, ProtestState, SolicitationState
from solicitations.views.award_acts import ActPage, act_page
from solicitations.views.drafts import crumbs, the_draft
from solicitations.workflow.award import AWARD, PROTEST
from solicitations.workflow.notice import SOLICITATION

_AREAS = {area.number: area.name for area in COMMUNITY_AREAS}
_TAGS = {
    AwardState.ANNOUNCED: "now",
    AwardState.NEGOTIATING: "now",
    AwardState.AGREED: "done",
    AwardState.CONTRACTED: "done",
}


def areas_of(award: Award) -> str:
    """The names of the community areas of an award; "" where it names none."""
    return ", ".join(_AREAS[number] for number in award.areas)


@dataclass(frozen=True)
class AwardLine:
    """One award or place on a page, every word ready."""

    award: Award
    url: str
    state: Any
    tag: str
    note: str
    areas: str


def award_lines(awards: list[Award], number: str) -> list[AwardLine]:
    """The rows of the staff page, with what each waits for beside its state."""
    lines = []
    for award in awards:
        state = AwardState(award.status)
        step = getattr(award, "legislative_approval", None)
        note = ""
        if award.ended_why:
            note = award.ended_why
        elif step is not None:
            result = step.get_result_display() if step.result else _("not decided yet")
            note = _("%(body)s: %(result)s") % {"body": step.body, "result": result}
        url = reverse("solicitations:award", args=[number, award.pk])
        lines.append(AwardLine(award, url, AWARD.public[state], _TAGS.get(state, ""), note, areas_of(award)))
    return lines


@dataclass(frozen=True)
class ProtestLine:
    """One protest as a page shows it."""

    protest: Protest
    state: Any
    tag: str
    proceeds: bool


def protest_lines(rows: list[Protest]) -> list[ProtestLine]:
    """The register, each with the name of its state."""
    return [
        ProtestLine(
            row,
            PROTEST.public[ProtestState(row.status)],
            "late" if row.status == ProtestState.FILED else "",
            any(d.kind == DeterminationKind.PROCEED for d in row.determinations.all()),
        )
        for row in rows
    ]


def protest_link(actor: Actor, submission: Submission, window: ProtestWindow | None) -> str:
    """What the link to the page of protests says to this actor of a proposer; "" where there is nothing to do or see."""
    if window is None or not actor.can("awards.protest"):
        return ""
    if protests.own(actor).filter(proposal__submission=submission).exists():
        return _("Our protest")
    return _("Protest the awards") if in_time(now(), window.closes_at) else ""


def window_clock(window: ProtestWindow | None) -> Clock | None:
    """The protest window as a clock while it is open; None before there is one and when it is past."""
    present = now()
    if window is None or not in_time(present, window.closes_at):
        return None
    return Clock(
        window.opens_at,
        window.closes_at,
        present,
        rule=_("The window for protests; its last instant is in time."),
        citation="Portal policy, protests",
    )


def hub_crumbs(request: HttpRequest, row: Solicitation, *here: Crumb) -> None:
    """Home · Planning · the number · Awards · this page."""
    home = Crumb(_("Awards"), reverse("solicitations:awards-of", args=[row.number])) if here else Crumb(_("Awards"))
    crumbs(request, row, home, *here)


@requires("solicitations.view_internal")
@require_safe
def hub(request: HttpRequest, number: str) -> HttpResponse:
    """Awards, money left with its arithmetic, the waiting list, the protest window, protests, legislative steps."""
    actor, row = actor_of(request), the_draft(request, number)
    awards = queries.of_solicitation(row)
    window = queries.window_of(row)
    made = None if row.state != SolicitationState.RECOMMENDED else queries.approved_recommendation(row)
    may_award = actor.can("solicitations.award")
    hub_crumbs(request, row)
    if made is not None and may_award:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Read and announce"), reverse("solicitations:award-announce", args=[row.number])
        )
    waits = [a for a in awards if a.status == AwardState.WAITING]
    context = {
        "row": row,
        "state": SOLICITATION.public[row.state],
        "awards": award_lines([a for a in awards if a.waiting_position is None or a.called_at], row.number),
        "waiting": award_lines([a for a in awards if a.waiting_position is not None and not a.called_at], row.number),
        "pots": list(queries.pots(row).values()),
        "window": window,
        "clock": window_clock(window),
        "standstill": queries.standstill(row) if window else "",
        "protests": protest_lines(protests.register(row)),
        "recommended": made,
        "may_announce": made is not None and may_award,
        "may_end": may_award and row.state in SOLICITATION.transition("end_without_award").source,
        "may_lapse": bool(waits) and may_award,
        "closed": getattr(row, "closed_without_award", None),
    }
    return render(request, "solicitations/award/hub.html", context)


@requires("solicitations.award", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, number: str) -> HttpResponse:
    """The approved recommendation once more, with the arithmetic, and the button that makes it public."""
    actor, row = actor_of(request), the_draft(request, number)
    made = queries.approved_recommendation(row)
    listed = queries.to_announce(made) if made else []
    shown = {"recommendation": made.pk, "lock": made.lock} if made else {}
    form = AnnounceForm(request.POST or None, initial=shown)
    hub_crumbs(request, row, Crumb(_("Announce")))
    page = ActPage(
        title=_("Announce the awards"),
        button=_("Announce the awards"),
        back=reverse("solicitations:awards-of", args=[row.number]),
        done=_("Announced. Every proposer is told, and everybody can read the results."),
        what=row.title,
        ground=_("Every step of the approval chain approved the recommendation."),
        follows=_("The protest window opens now. Every proposer is told; the results are public."),
        final=True,
        template="solicitations/award/announce.html",
    )
    amounts = [(r.lot_id, r.amount) for r in listed if r.outcome == "award" and r.amount is not None]
    return act_page(
        request,
        page,
        form,
        lambda data: actions.announce(
            actor=actor, solicitation_id=row.pk, recommendation_id=data["recommendation"], lock=data["lock"]
        ),
        row=row,
        made=made,
        listed=listed,
        takes=row.state == SolicitationState.RECOMMENDED and made is not None,
        facts=[
            Fact(_("For all awards"), words.money(row.amount_total)),
            Fact(_("Awarded now"), words.money(sum((amount for _lot, amount in amounts), start=0))),
            Fact(_("Awards"), str(len(amounts))),
            Fact(_("On the waiting list"), str(len(listed) - len(amounts))),
        ],
        problems=queries.problems_of_amount(row, amounts),
    )


@requires("solicitations.award", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def end_without(request: HttpRequest, number: str) -> HttpResponse:
    """End a solicitation with nothing awarded, for a reason everybody reads."""
    actor, row = actor_of(request), the_draft(request, number)
    hub_crumbs(request, row, Crumb(_("End without award")))
    page = ActPage(
        title=_("End without award"),
        button=_("End without award"),
        back=reverse("solicitations:awards-of", args=[row.number]),
        done=_("Ended without award. Every proposer is told why."),
        what=row.title,
        follows=_("Nothing is awarded. Every proposer is told, and everybody reads the reason."),
        final=True,
    )
    return act_page(
        request,
        page,
        PublicReasonForm(request.POST or None),
        lambda data: actions.end_without_award(actor=actor, solicitation_id=row.pk, why=data["why"]),
    )


@requires("solicitations.award")
@require_http_methods(["GET", "HEAD", "POST"])
def lapse(request: HttpRequest, number: str) -> HttpResponse:
    """End the waiting list, for a reason those on it read."""
    actor, row = actor_of(request), the_draft(request, number)
    hub_crumbs(request, row, Crumb(_("End the waiting list")))
    page = ActPage(
        title=_("End the waiting list"),
        button=_("End the waiting list"),
        back=reverse("solicitations:awards-of", args=[row.number]),
        done=_("The waiting list has ended. Those on it are told why."),
        what=row.title,
        follows=_("Nobody is called from it any more."),
        final=True,
    )
    return act_page(
        request,
        page,
        PublicReasonForm(request.POST or None),
        lambda data: steps.lapse(actor=actor, solicitation_id=row.pk, why=data["why"]),
    )


patterns = [
    path("plan/<str:number>/awards/", hub, name="awards-of"),
    path("plan/<str:number>/awards/announce/", announce, name="award-announce"),
    path("plan/<str:number>/awards/end/", end_without, name="award-end"),
    path("plan/<str:number>/awards/end-waiting-list/", lapse, name="award-lapse"),
]
