"""Partners of a proposal: the lead's page, and each partner's own part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.models.body import Organization
from procurement_portal.time.clock import now
from procurement_portal.web import htmx
from procurement_portal.web.pieces import Clock
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import partner as partners
from solicitations.actions.answer import Theirs
from solicitations.actions.working_copy import here
from solicitations.forms.answer import line_given, line_name, money_text
from solicitations.forms.partner import InviteForm, PartForm, SignForm, TermsForm
from solicitations.models.partner import Partner
from solicitations.models.question import Question
from solicitations.queries.draft import draft
from solicitations.queries.submission import own, parts
from solicitations.states import PartnerRole, QuestionKind
from solicitations.views.answers import crumbs, is_open, version_in

ROLE_NAMES = dict(PartnerRole.choices)


def _into(form: Any, invalid: Invalid) -> None:
    for name, found in invalid.problems.items():
        for message in found:
            form.add_error(name if name in form.fields else None, message)


@requires("proposals.view")
def lead_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead invites partners and sees what each has signed; POST invites."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organization = _named(form.cleaned_data["organization"])
            partners.invite(actor=actor, submission=submission, organization_id=organization.pk, given=form.terms())
        except Invalid as invalid:
            _into(form, invalid)
        except Conflict as conflict:
            form.add_error("organization", conflict.message)
        else:
            messages.success(request, _("%(name)s is invited.") % {"name": organization.name})
            return htmx.redirect(request, request.path)
    crumbs(request, submission, Crumb(_("Partners")))
    copy = draft(submission)
    return render(
        request, "solicitations/answers/partners.html",
        {
            "submission": submission, "draft": copy, "form": form, "is_open": is_open(submission),
            "may_edit": here(actor, submission).can("proposals.edit"),
            "rows": [(p, ROLE_NAMES[p.terms["role"]], money_text(p.totals.all)) for p in copy.partners],
        },
    )  # fmt: skip


def _named(name: str) -> Organization:
    found = Organization.objects.filter(name__iexact=name.strip(), closed_at__isnull=True)[:2]
    if len(found) != 1:
        raise Invalid({"organization": [_("No organization of exactly this name is registered here.")]})
    return found[0]


@requires("proposals.edit")
def terms(request: HttpRequest, pk: int, partner_id: int) -> HttpResponse:
    """Change what the lead proposes to a partner; it signs again."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    found_or_404(Partner.objects.filter(submission=submission), pk=partner_id)
    shown = next((p for p in draft(submission).partners if p.partner.pk == partner_id), None)
    if shown is None:
        messages.error(request, _("This organization is no longer a partner in the proposal."))
        return htmx.redirect(request, reverse("solicitations:proposal_partners", args=[pk]))
    form = TermsForm(request.POST or None, initial=shown.terms)
    if request.method == "POST" and form.is_valid():
        try:
            partners.change_terms(
                actor=actor, submission=submission, partner=shown.partner, given=form.terms(),
                base_version=version_in(request.POST.get("version", "")),
            )  # fmt: skip
        except Invalid as invalid:
            _into(form, invalid)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            messages.success(request, _("The terms are changed. The partner is asked to sign them."))
            return htmx.redirect(request, reverse("solicitations:proposal_partners", args=[pk]))
    crumbs(
        request,
        submission,
        Crumb(_("Partners"), reverse("solicitations:proposal_partners", args=[pk])),
        Crumb(_("Terms")),
    )
    return render(request, "solicitations/answers/terms.html", {"submission": submission, "shown": shown, "form": form})


@requires("proposals.edit")
@require_POST
def take_out(request: HttpRequest, pk: int, partner_id: int) -> HttpResponse:
    """Go on without a partner."""
    submission = found_or_404(own(actor_of(request)), pk=pk)
    partner = found_or_404(Partner.objects.filter(submission=submission), pk=partner_id)
    partners.take_out(actor=actor_of(request), submission=submission, partner=partner)
    messages.success(request, _("The partner is taken out."))
    return htmx.redirect(request, reverse("solicitations:proposal_partners", args=[pk]))


# --- The partner's side --------------------------------------------------------------------------------------------------


def _part_page(
    request: HttpRequest,
    partner: Partner,
    form: PartForm | None = None,
    sign: SignForm | None = None,
    status: int = 200,
) -> HttpResponse:
    submission, actor = partner.submission, actor_of(request)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Our answers"), reverse("solicitations:proposals")), Crumb(submission.solicitation.number)
    ]  # fmt: skip
    copy = draft(submission)
    shown = next((p for p in copy.partners if p.partner.pk == partner.pk), None)
    budgets = [
        (part.question, _line_rows(part.question, [line for line in part.lines if line.partner_id == partner.pk]))
        for part in copy.parts
        if part.question.kind == QuestionKind.BUDGET
    ]
    due = submission.solicitation.due_at
    return render(
        request, "solicitations/answers/part.html",
        {
            "partner": partner, "submission": submission, "shown": shown, "budgets": budgets,
            "role": ROLE_NAMES[shown.terms["role"]] if shown else "",
            "form": form or (PartForm(initial={"text": (shown.part or {}).get("text", ""), "version": shown.partner.part_version}) if shown else None),
            "sign_form": sign or SignForm(), "may_edit": actor.can("proposals.edit"), "may_sign": actor.can("organization.sign"),
            "is_open": is_open(submission), "clock": Clock(submission.started_at, due, now()) if due else None,
            "text": partners.consent_text(partner.organization.name, submission.organization.name),
        },
        status=status,
    )  # fmt: skip


def _line_rows(question: Question, lines: list[Any]) -> list[dict[str, Any]]:
    saved = {line.key: line for line in lines}
    rows = []
    for key, label in [*((line["key"], line["label"]) for line in question.options["lines"])]:
        line = saved.get(key)
        rows.append(
            {
                "key": key, "name": line_name(question, key), "label": label, "version": line.version if line else 0,
                "request": money_text(line.value["request"]) if line else "",
                "match": money_text(line.value["match"]) if line else "", "why": line.value["why"] if line else "",
            }
        )  # fmt: skip
    return rows


@requires("proposals.view")
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner's own part: the terms, its text, its budget lines, its signature; POST saves text and lines."""
    actor = actor_of(request)
    partner = found_or_404(parts(actor), pk=pk)
    if request.method != "POST":
        return _part_page(request, partner)
    form, problems = PartForm(request.POST), []
    if not form.is_valid():
        return _part_page(request, partner, form, status=422)
    try:
        partners.save_part(
            actor=actor, partner=partner, text=form.cleaned_data["text"], base_version=form.cleaned_data["version"]
        )
    except Conflict as conflict:
        assert isinstance(conflict.current, Theirs)
        standing = _("Saved now: %(text)s") % {"text": conflict.current.value["text"]}
        form.add_error("text", f"{conflict.message} {standing}")
        return _part_page(request, partner, form, status=409)
    for question in Question.objects.filter(
        solicitation_id=partner.submission.solicitation_id, kind=QuestionKind.BUDGET, withdrawn_at=None
    ):
        for line in question.options["lines"]:
            if f"v-{line_name(question, line['key'])}" in request.POST:
                problems += _save_line(request, partner, question, line)
    for problem in problems:
        messages.error(request, problem)
    if not problems:
        messages.success(request, _("Your part is saved."))
    return htmx.redirect(request, request.path)


def _save_line(request: HttpRequest, partner: Partner, question: Question, line: dict[str, str]) -> list[str]:
    try:
        partners.save_part_line(
            actor=actor_of(request), partner=partner, question=question, key=line["key"],
            given=line_given(question, line["key"], request.POST),
            base_version=version_in(request.POST[f"v-{line_name(question, line['key'])}"]),
        )  # fmt: skip
    except Invalid as invalid:
        return [f"{line['label']}: {m}" for found in invalid.problems.values() for m in found]
    except Conflict as conflict:
        return [f"{line['label']}: {conflict.message}"]
    return []


@requires("organization.sign", step_up=True)
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A partner's signatory signs its part, or steps out."""
    actor = actor_of(request)
    partner = found_or_404(parts(actor), pk=pk)
    form = SignForm(request.POST)
    if request.POST.get("act") == "decline":
        partners.decline(actor=actor, partner=partner)
        messages.success(request, _("Your organization no longer takes part in this answer."))
        return htmx.redirect(request, reverse("solicitations:proposals"))
    if form.is_valid():
        try:
            partners.sign(
                actor=actor, partner=partner, typed_name=form.cleaned_data["typed_name"],
                agreed=form.cleaned_data["agreed"], seen_digest=request.POST.get("seen", ""),
            )  # fmt: skip
        except Invalid as invalid:
            _into(form, invalid)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            messages.success(request, _("Your organization has signed its part."))
            return htmx.redirect(request, reverse("solicitations:part", args=[pk]))
    return _part_page(request, partner, sign=form, status=422)


patterns = [
    path("our-answers/<int:pk>/partners/", lead_page, name="proposal_partners"),
    path("our-answers/<int:pk>/partners/<int:partner_id>/", terms, name="proposal_terms"),
    path("our-answers/<int:pk>/partners/<int:partner_id>/remove/", take_out, name="proposal_partner_remove"),
    path("our-answers/parts/<int:pk>/", part, name="part"),
    path("our-answers/parts/<int:pk>/sign/", sign, name="part_sign"),
]
