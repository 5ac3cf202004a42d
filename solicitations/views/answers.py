"""Our answers: the list, one proposal's home, its sections, and the address that takes single fields."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.documents.queries import vault_of
from procurement_portal.history.record import entries_for
from procurement_portal.history.telling import what
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import in_time, now, today
from procurement_portal.web import htmx, words
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Act, Clock, Entry, WorkGroup, WorkRow
from procurement_portal.web.pieces import Section as SectionPiece
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import answer as answers
from solicitations.actions import budget as budgets
from solicitations.actions import submission as submissions
from solicitations.actions.working_copy import here
from solicitations.forms.answer import Shown, controls_of, given_in, in_words, line_given
from solicitations.models.submission import Submission
from solicitations.queries import find
from solicitations.queries.award import own as own_awards
from solicitations.queries.award import window_of
from solicitations.queries.cure import own_proposals, waiting
from solicitations.queries.draft import Draft, Part, draft
from solicitations.queries.protest import own_proposal
from solicitations.queries.readiness import Missing, counts, missing, papers, team
from solicitations.queries.submission import advance_consent, late_evidence, own, parts, versions
from solicitations.states import AwardState, QuestionKind, SolicitationState, SubmissionStatus
from solicitations.views.award import protest_link
from solicitations.workflow.award import AWARD
from solicitations.workflow.notice import SUBMISSION


def crumbs(request: HttpRequest, submission: Submission, *more: Crumb) -> None:
    """The way to a page of one proposal."""
    home = Crumb(
        submission.solicitation.number, reverse("solicitations:proposal", args=[submission.pk]) if more else ""
    )
    request.shell_breadcrumbs = [Crumb(_("Our answers"), reverse("solicitations:proposals")), home, *more]  # type: ignore[attr-defined]


def is_open(submission: Submission) -> bool:
    """Whether the working copy can still be changed, as far as a page can say; the action decides."""
    due = submission.solicitation.due_at
    return submission.solicitation.status == SolicitationState.PUBLISHED and due is not None and in_time(now(), due)


@requires("proposals.view")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The organization's proposals by state, each with its clock and next step; and those it is a partner in."""
    actor, present = actor_of(request), now()
    rows = own(actor).order_by("-changed_at", "-pk")
    page = paginate(request, rows)
    saved = counts(list(page.items))
    groups: dict[str, list[WorkRow]] = {"now": [], "submitted": [], "over": []}
    soonest: tuple[Any, str] | None = None  # of those the actor may write
    for submission in page.items:
        may_edit = any(actor.can("proposals.edit", scope) for scope in submission.scopes)
        group, row = _row(submission, saved[submission.pk], present, may_edit)
        groups[group].append(row)
        due = submission.solicitation.due_at
        if group == "now" and may_edit and due is not None and (soonest is None or due < soonest[0]):
            soonest = (due, row.url)
    partnerships = [
        WorkRow(
            what=partner.submission.solicitation.title,
            url=reverse("solicitations:part", args=[partner.pk]),
            for_whom=_("%(lead)s leads this answer") % {"lead": partner.submission.organization.name},
            clock=_clock(partner.submission, present, None),
            note=_("You declined.") if partner.declined_at else "",
            act=None
            if partner.declined_at
            else Act(_("Open our part"), reverse("solicitations:part", args=[partner.pk])),
        )
        for partner in parts(actor)
        .filter(Q(declined_at=None) | Q(submission__solicitation__due_at__gt=present))
        .order_by("-pk")[:25]
    ]
    work = [
        WorkGroup(_("Being written"), groups["now"]), WorkGroup(_("Submitted"), groups["submitted"]),
        WorkGroup(_("As a partner"), partnerships), WorkGroup(_("Over"), groups["over"]),
    ]  # fmt: skip
    return render(
        request, "solicitations/answers/list.html",
        {"page": page, "groups": work, "is_empty": not page.items and not partnerships, "to_write": soonest[1] if soonest else ""},
    )  # fmt: skip


def _row(submission: Submission, saved: tuple[int, int], present: Any, may_edit: bool) -> tuple[str, WorkRow]:
    home = reverse("solicitations:proposal", args=[submission.pk])
    due = submission.solicitation.due_at
    over = due is None or not in_time(present, due) or submission.solicitation.status == SolicitationState.CANCELED
    state = SUBMISSION.public[SubmissionStatus(submission.status)]
    submitted = submission.status == SubmissionStatus.SUBMITTED
    note = f"{state}. " + _("%(saved)d of %(asked)d answers begun.") % {"saved": saved[0], "asked": saved[1]}
    if submitted and submission.changed_since_submitted:
        note += " " + _("You changed it after submitting; what stands is version %(number)d.") % {
            "number": submission.number
        }
    onward = _("Review or replace") if submitted else _("Go on writing")
    act = None if over else Act(onward if may_edit else _("Read"), home)
    if submitted and over:
        act = Act(_("Receipt"), reverse("solicitations:proposal_receipt", args=[submission.pk, submission.number]))
    row = WorkRow(
        what=submission.solicitation.title,
        url=home,
        for_whom=f"{submission.solicitation.number} · {submission.solicitation.department.name}",
        clock=_clock(submission, present, submission.submitted_at if submitted else None),
        act=act,
        note=note,
    )
    return ("submitted" if submitted else "over" if over else "now"), row


def _clock(submission: Submission, present: Any, stopped: Any) -> Clock | None:
    due = submission.solicitation.due_at
    return Clock(submission.started_at, due, present, stopped=stopped) if due else None


@requires("proposals.start")
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the answer, or go to the one already begun."""
    actor = actor_of(request)
    solicitation = found_or_404(find.public(actor), pk=pk)
    submission = submissions.start(actor=actor, solicitation=solicitation)
    return htmx.redirect(request, reverse("solicitations:proposal", args=[submission.pk]))


@requires("proposals.view")
@require_safe
def home(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: sections done, started, missing; people; partners; what is missing; versions; its acts."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    crumbs(request, submission)
    copy, lacking = read(submission)
    actor, opened = here(actor, submission), is_open(submission)
    may_edit = actor.can("proposals.edit")
    if (
        opened
        and may_edit
        and not (submission.status == SubmissionStatus.SUBMITTED and not submission.changed_since_submitted)
    ):
        if lacking:
            request.shell_next_action = NextAction(_("Go on writing"), lacking[0].url)  # type: ignore[attr-defined]
        else:
            request.shell_next_action = NextAction(  # type: ignore[attr-defined]
                _("Review and sign") if actor.can("proposals.submit") else _("Review"),
                reverse("solicitations:proposal_review", args=[pk]),
            )
    elif submission.status == SubmissionStatus.SUBMITTED and not submission.changed_since_submitted:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("See the receipt"), reverse("solicitations:proposal_receipt", args=[pk, submission.number])
        )
    received = own_proposals(actor).filter(submission=submission).first()
    to_submit = submission.status != SubmissionStatus.SUBMITTED or submission.changed_since_submitted
    sections = [
        SectionPiece(
            section.section.title, reverse("solicitations:proposal_section", args=[pk, section.section.pk]), section.state,
            _("%(name)s saved here %(at)s") % {
                "name": section.last_saved.saved_by.name, "at": words.instant(section.last_saved.saved_at)
            } if section.last_saved else "",
        )
        for section in copy.sections
    ]  # fmt: skip
    return render(
        request, "solicitations/answers/home.html",
        {
            "submission": submission, "to_submit": to_submit, "team": team(submission.organization_id), "state": SUBMISSION.public[SubmissionStatus(submission.status)],
            "sections": sections, "draft": copy, "missing": lacking, "is_open": opened, "versions": versions(submission),
            "clock": _clock(submission, now(), submission.submitted_at if submission.status == "submitted" else None),
            "may_edit": may_edit, "consent": advance_consent(submission), "late": late_evidence(submission), "history": acts(submission),
            "opened": received is not None, "asked": waiting(actor, received, now()) if received else 0,
            "may_submit": actor.can("proposals.submit"), "may_withdraw": actor.can("proposals.withdraw"),
            "thread_url": reverse("notifications:thread", args=["solicitations.submission", submission.pk]),
            "awards": [(row, AWARD.public[AwardState(row.status)]) for row in own_awards(actor_of(request)).filter(proposal__submission=submission)],
            "decided": own_proposal(actor_of(request)).filter(submission=submission).exists(),
            "protest": protest_link(actor, submission, window_of(submission.solicitation)) if received else "",
        },
    )  # fmt: skip


def read(submission: Submission) -> tuple[Draft, list[Missing]]:
    """The working copy and what it lacks today."""
    copy = draft(submission)
    return copy, missing(copy, papers(submission.solicitation_id, submission.organization_id, today()))


def acts(submission: Submission) -> list[Entry]:
    """The acts of a proposal in words, newest first."""
    names = {
        "proposal.start": _("Answer begun"), "proposal.submit": _("Signed and submitted"),
        "proposal.withdraw": _("Withdrawn"), "proposal.late": _("Arrived too late; kept as evidence"),
        "proposal.arrive_late": _("Marked: not submitted in time"), "proposal.invite_partner": _("Partner invited"),
        "proposal.change_partner": _("Partner's terms changed"), "proposal.remove_partner": _("Partner taken out"),
        "proposal.partner_signs": _("Partner signed"), "proposal.partner_declines": _("Partner declined"),
        "proposal.confirm_answer": _("Answer confirmed after an addendum"), "proposal.detach": _("File taken out"),
        "proposal.consent_in_advance": _("Consent to submit at the due hour given"),
        "proposal.revoke_advance": _("Consent to submit at the due hour taken back"),
    }  # fmt: skip
    return [
        Entry(e.at, names.get(e.act) or what(e.act), e.actor_label, e.acting_as, e.why, e.law)
        for e in entries_for([submission])[:100]
    ]


# --- One section ---------------------------------------------------------------------------------------------------------


@requires("proposals.view")
def section(request: HttpRequest, pk: int, section_id: int) -> HttpResponse:
    """A section's questions; without script it is posted whole, saves what changed and shows every conflict."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    copy = draft(submission)
    current = next((s for s in copy.sections if s.section.pk == section_id), None)
    if current is None:
        raise Http404
    shown = [Shown(part, controls_of(part.question, part.value)) for part in current.parts]
    place = copy.sections.index(current)
    following = copy.sections[place + 1] if place + 1 < len(copy.sections) else None
    onward = (
        reverse("solicitations:proposal_section", args=[pk, following.section.pk])
        if following
        else reverse("solicitations:proposal_review", args=[pk])
    )
    trouble = False
    if request.method == "POST":
        trouble = _save_section(request, submission, shown)
        if not trouble:
            messages.success(request, answers_saved())
            return htmx.redirect(request, onward if request.POST.get("then") == "go_on" else request.path)
    crumbs(request, submission, Crumb(current.section.title))
    asked = papers(submission.solicitation_id, submission.organization_id, today())
    opened, may_edit = is_open(submission), here(actor, submission).can("proposals.edit")
    context = {
        "submission": submission, "section": current, "shown": shown, "draft": copy, "is_open": opened,
        "may_edit": may_edit, "disabled": not (opened and may_edit), "missing": missing(copy, asked), "following": following,
        "saved_at": max((p.answer.saved_at for p in current.parts if p.answer), default=None), "trouble": trouble,
        "number": place + 1, "vault": _vault(actor, current.parts), "user_id": actor.user_id,
    }  # fmt: skip
    return render(request, "solicitations/answers/section.html", context, status=409 if trouble else 200)


def answers_saved() -> str:
    """ "Saved 2:14 pm CST"."""
    return _("Saved %(time)s") % {"time": words.clock_time(now())}


def _vault(actor: Any, shown: list[Part]) -> list[Any]:
    if not any(part.question.kind == QuestionKind.FILE for part in shown):
        return []
    return list(vault_of(actor, actor.organization_id))


def _save_section(request: HttpRequest, submission: Submission, shown: list[Shown]) -> bool:
    """Save every posted answer of a section; True when something could not be saved as it was written."""
    actor, trouble = actor_of(request), False
    for one in shown:
        question = one.part.question
        if question.kind == QuestionKind.FILE or f"v-{one.part.name}" not in request.POST:
            continue
        try:
            given = given_in(question, request.POST)
            answers.save(
                actor=actor, submission=submission, question=question, given=given,
                base_version=version_in(request.POST.get(f"v-{one.part.name}", "")),
            )  # fmt: skip
        except Invalid as invalid:
            one.errors = [m for found in invalid.problems.values() for m in found]
        except Conflict as conflict:
            one.theirs = conflict.current  # type: ignore[assignment]
            one.theirs_words = in_words(question, one.theirs.value) if one.theirs else ""
            one.errors = [conflict.message]
        if one.errors:
            one.controls, trouble = posted(request, one), True
        if question.kind == QuestionKind.BUDGET:
            trouble = _save_lines(request, submission, one) or trouble
    return trouble


def _save_lines(request: HttpRequest, submission: Submission, one: Shown) -> bool:
    question, trouble = one.part.question, False
    for line in one.part.lines:
        name = f"b-{question.key}.{line.key}"
        if line.partner_id is not None or f"v-{name}" not in request.POST:
            continue
        try:
            budgets.save_line(
                actor=actor_of(request), submission=submission, question=question, key=line.key,
                given=line_given(question, line.key, request.POST), base_version=version_in(request.POST[f"v-{name}"]),
            )  # fmt: skip
        except Invalid as invalid:
            one.errors += [f"{line.name}: {m}" for found in invalid.problems.values() for m in found]
            trouble = True
        except Conflict as conflict:
            one.errors.append(f"{line.name}: {conflict.message}")
            trouble = True
    if trouble:
        one.controls = posted(request, one)
    return trouble


def posted(request: HttpRequest, one: Shown) -> dict[str, list[str]]:
    """What was typed, to be shown again."""
    return {key: request.POST.getlist(key) for key in request.POST if key.startswith((one.part.name, "b-"))}


def version_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


patterns = [
    path("our-answers/", listing, name="proposals"),
    path("opportunities/<int:pk>/start/", begin, name="proposal_start"),
    path("our-answers/<int:pk>/", home, name="proposal"),
    path("our-answers/<int:pk>/sections/<int:section_id>/", section, name="proposal_section"),
]
