"""The public page of one notice: everything a proposer has to know, in one place that prints."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from procurement_portal.documents.kinds import KINDS
from procurement_portal.people.access import actor_of, found_or_404, public
from procurement_portal.time.clock import now
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Clock, Fact
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.models.addendum import Addendum
from solicitations.models.inquiry import Inquiry
from solicitations.models.solicitation import Solicitation
from solicitations.queries import find
from solicitations.queries.award import announced_without_contract, window_of
from solicitations.queries.awards import awards_of, decided
from solicitations.queries.programs import programs
from solicitations.queries.solicitation import areas, documents, funding, lots, sections
from solicitations.queries.submission import of_solicitation
from solicitations.states import AddendumState, AwardState, InquiryState, SolicitationState
from solicitations.views.find import crumbs
from solicitations.workflow.award import AWARD
from solicitations.workflow.notice import SOLICITATION

_AREA_NAMES = {a.number: a.name for a in COMMUNITY_AREAS}
_NEXT = {
    SolicitationState.CLOSED: gettext_lazy("Two officers open what was received, in one act; then it is evaluated."),
    SolicitationState.OPENED: gettext_lazy("What was received has been opened. Its evaluation comes next."),
    SolicitationState.UNDER_EVALUATION: gettext_lazy("Evaluators read and score what was received."),
    SolicitationState.RECOMMENDED: gettext_lazy("Awards have been recommended and are being approved."),
    SolicitationState.AWARDED: gettext_lazy("It has been awarded."),
    SolicitationState.CLOSED_WITHOUT_AWARD: gettext_lazy("It ended without an award."),
}
ANNOUNCED_SHOWN = 10  # above the contracts; all of them have their own page
LANGUAGE_NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "pl": "Polski",
    "zh": "中文",
    "ar": "العربية",
    "tl": "Tagalog",
    "ur": "اردو",
}


@public
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One published solicitation: facts, texts, schedule, questions and criteria, addenda, answers to questions, awards."""
    actor = actor_of(request)
    found = found_or_404(find.public(actor).select_related("department", "scope_trace"), pk=pk)
    crumbs(request, Crumb(found.number))
    present = now()
    is_open = found.status == SolicitationState.PUBLISHED and found.due_at is not None and present <= found.due_at
    begun = of_solicitation(actor, found.pk) if actor.organization_id else None
    if begun is not None:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Open your answer"), reverse("solicitations:proposal", args=[begun.pk])
        )
    elif is_open and not actor.is_staff:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Get ready to answer"),
            reverse("solicitations:readiness", args=[found.pk]),
            hint=_("Signing in comes first.") if actor.is_public else "",
        )
    numbers = areas(found)
    context = {
        "notice": found,
        "state": SOLICITATION.public[found.state],
        "is_open": is_open,
        "next": _what_next(found, present),
        "clock": _clock(found, present),
        "facts": _facts(found),
        "programs": programs(found),
        "areas": [_AREA_NAMES[number] for number in numbers],
        "funding": funding(found),
        "lots": lots(found),
        "papers": [(KINDS[d.kind].label if d.kind in KINDS else d.kind, d) for d in documents(found)],
        "sections": sections(found),
        "criteria": list(found.criteria.all()),
        "languages": ", ".join(LANGUAGE_NAMES.get(code, code) for code in found.languages),
        "addenda": list(
            Addendum.objects.filter(solicitation=found, status=AddendumState.ISSUED).prefetch_related(
                "touches__question"
            )
        ),
        "answers": list(Inquiry.objects.filter(solicitation=found, status=InquiryState.PUBLISHED).order_by("number")),
        "can_ask": is_open
        and found.questions_due_at is not None
        and present <= found.questions_due_at
        and not actor.is_staff,
        "awards": awards_of(found),
        "has_results": found.status in (SolicitationState.AWARDED, SolicitationState.CLOSED_WITHOUT_AWARD)
        or window_of(found) is not None,
        "may_copy": actor.is_staff and actor.can("solicitations.draft"),
    }
    return render(request, "solicitations/find/notice.html", context)


def _what_next(found: Solicitation, present: Any) -> str:
    """Once answers are no longer taken: what happens now, in a sentence. Empty while they are, and for a canceled notice."""
    state = SolicitationState(found.status)
    if state == SolicitationState.PUBLISHED:
        return _("The notice is being closed.") if found.due_at and present > found.due_at else ""
    return str(_NEXT.get(state, ""))


def _clock(found: Solicitation, present: Any) -> Clock | None:
    if found.status != SolicitationState.PUBLISHED or found.due_at is None or found.published_at is None:
        return None
    return Clock(
        starts=found.published_at,
        due=found.due_at,
        now=present,
        rule=_("The due date printed in the notice, by the portal's clock."),
    )


def _facts(found: Solicitation) -> list[Fact]:
    """The six facts people look for first."""
    expected = words.NONE
    if found.awards_expected_min and found.awards_expected_max:
        expected = (
            ngettext("%(n)d award", "%(n)d awards", found.awards_expected_min) % {"n": found.awards_expected_min}
            if found.awards_expected_min == found.awards_expected_max
            else _("%(least)d to %(most)d awards")
            % {"least": found.awards_expected_min, "most": found.awards_expected_max}
        )
    size = words.NONE
    if found.award_min is not None and found.award_max is not None:
        size = _("%(least)s to %(most)s") % {
            "least": words.money(found.award_min, cents=False), "most": words.money(found.award_max, cents=False)
        }  # fmt: skip
    term = ngettext("%(n)d month", "%(n)d months", found.term_months or 0) % {"n": found.term_months or 0}
    if found.renewals_count and found.renewal_months:
        term = ngettext(
            "%(term)s, and %(count)d renewal of %(months)d months", "%(term)s, and %(count)d renewals of %(months)d months",
            found.renewals_count,
        ) % {"term": term, "count": found.renewals_count, "months": found.renewal_months}  # fmt: skip
    return [
        Fact(_("Due"), words.instant(found.due_at)),
        Fact(_("For all awards"), words.money(found.amount_total, cents=False)),
        Fact(_("One award"), size),
        Fact(_("How many"), expected),
        Fact(_("Term"), term),
        Fact(_("Expected start"), words.day(found.expected_start_on)),
    ]


@public
@require_safe
def awards(request: HttpRequest) -> HttpResponse:
    """What was awarded, to whom, for how much: signed contracts, and above them what was announced and has none yet."""
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Awards"))]  # type: ignore[attr-defined]
    actor, all_announced = actor_of(request), request.GET.get("show") == "announced"
    waiting = announced_without_contract(actor)
    page = paginate(request, waiting if all_announced else decided(actor))
    above = [] if all_announced or page.number > 1 else list(waiting[: ANNOUNCED_SHOWN + 1])
    context = {
        "page": page,
        "all_announced": all_announced,
        "announced": [(row, AWARD.public[AwardState(row.status)]) for row in (page if all_announced else above)][
            : None if all_announced else ANNOUNCED_SHOWN
        ],
        "more": len(above) > ANNOUNCED_SHOWN,
    }
    return render(request, "solicitations/find/awards.html", context)


patterns = [
    path("opportunities/<int:pk>/", notice, name="notice"),
    path("awards/", awards, name="awards"),
]
