"""Renewals in batches for a department: the batches, choosing contracts for one, its progress, sending it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.history.record import entries_for, subject_type, witness
from procurement_portal.history.telling import tell
from procurement_portal.law.calendar import months_after
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, now, today
from procurement_portal.web import pieces, words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import renewal as actions
from solicitations.forms.renewal import MONTHS, BatchForm, WithinForm
from solicitations.models.contract import Contract
from solicitations.models.renewal import RenewalBatch, RenewalItem
from solicitations.queries import renewal as queries
from solicitations.queries.contract import figures
from solicitations.queries.renewal_checks import check_all
from solicitations.queries.renewal_terms import last_term
from solicitations.states import RenewalState
from solicitations.views import contract_parts as parts

HISTORY_SHOWN = 30
_MARK = {"in_force": "done", "asked": "late", "dropped": "", "draft": ""}


def crumbs(request: HttpRequest, *here: Crumb) -> None:
    """Home · Contracts · Renewals · this page."""
    url = reverse("solicitations:renewals") if here else ""
    parts.crumbs(request, None, Crumb(_("Renewals"), url), *here)


@requires("solicitations.view_internal")
@require_safe
def renewals(request: HttpRequest) -> HttpResponse:
    """Every batch the actor sees, newest first, with how far its contracts are."""
    actor = actor_of(request)
    page = paginate(request, queries.counted(queries.batches(actor)))
    crumbs(request)
    if actor.can("solicitations.prepare_contract"):
        url = reverse("solicitations:renewals-new")
        request.shell_next_action = NextAction(_("Choose contracts to renew"), url)  # type: ignore[attr-defined]
    return render(request, "solicitations/renewal/list.html", {"page": page})


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose contracts that end soon and the one change for all of them."""
    actor = actor_of(request)
    asked = WithinForm(request.GET or None)
    chosen = asked.cleaned_data if asked.is_bound and asked.is_valid() else {}
    within = chosen.get("within") or MONTHS
    day = today()
    until = months_after(day, within)
    rows = queries.ending(actor, day, until, with_options=not chosen.get("options"))
    ticked = {value for value in request.POST.getlist("contracts") if value.isdigit()}
    if request.method != "POST":
        ticked = {value for value in request.GET.getlist("contract") if value.isdigit()}
    found = list(rows[: queries.SHOWN])
    shown = {row.pk for row in found}
    missing = [int(pk) for pk in ticked if int(pk) not in shown]
    if missing:  # chosen from another page: it may end later or have no option left
        found += list(queries.ending(actor, day, months_after(day, 1200), with_options=False).filter(pk__in=missing))
    form, status = BatchForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                batch = actions.begin(
                    actor=actor, contract_ids=[int(pk) for pk in ticked], title=form.cleaned_data["title"],
                    reason=form.cleaned_data["reason"], change=form.change(),
                )  # fmt: skip
            except Invalid as error:
                parts.put_errors(form, error.problems)
            else:
                messages.success(request, _("The batch is kept. Nothing was sent yet."))
                return redirect(request, reverse("solicitations:renewal-batch", args=[batch.pk]))
    else:
        form = BatchForm(initial={"title": _("Ending by %(day)s") % {"day": words.day(until)}, "kind": "renewal"})
    crumbs(request, Crumb(_("New batch")))
    context = {
        "asked": asked if asked.is_bound else WithinForm(initial={"within": MONTHS}),
        "chosen": sum(bool(chosen.get(name)) for name in ("options",)),
        "until": until,
        "rows": [_choice(row, str(row.pk) in ticked) for row in found],
        "more": len(found) >= queries.SHOWN,
        "form": form,
    }
    return render(request, "solicitations/renewal/new.html", context, status=status)


def _choice(row: Contract, ticked: bool) -> dict[str, Any]:
    """One contract as it is chosen: whom with, its last term, what is left, what is known already."""
    return {
        "row": row, "ticked": ticked, "with": queries.prime_name(row), "term": last_term(row, row.in_force),  # type: ignore[attr-defined]
        "note": queries.note_of(row),
    }  # fmt: skip


def the_batch(request: HttpRequest, pk: int) -> RenewalBatch:
    """The batch as staff sees it, or 404. An auditor's reading is witnessed."""
    actor = actor_of(request)
    batch = found_or_404(queries.batches(actor), pk=pk)
    if not actor.can_as_officer("solicitations.view_internal"):
        witness(actor, "renewal_batch.audit_read", batch)
    return batch


def prepares(actor: Actor, batch: RenewalBatch) -> bool:
    """Whether this actor works on the batch."""
    return actor.can("solicitations.prepare_contract") and actor.department_id == batch.department_id


@requires("solicitations.view_internal")
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: each contract with its state, days, desk; the checks of those that are to be sent."""
    return _page(request, the_batch(request, pk))


def _page(request: HttpRequest, row: RenewalBatch, refused: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    found = list(queries.loaded(RenewalItem.objects.filter(batch=row)).order_by("pk"))
    drafts = [item for item in found if item.status == RenewalState.DRAFT]
    present = now()
    checks = check_all(drafts, present.astimezone(CHICAGO).date())
    shown = [_row(item, checks.get(item.pk, []), present) for item in found]
    ready = sum(1 for one in shown if one["stage"] == "draft" and not one["stops"])
    counts: dict[str, int] = {}
    for one in shown:
        counts[one["stage"]] = counts.get(one["stage"], 0) + 1
    crumbs(request, Crumb(words.data(row.title)))
    context = {
        "batch": row,
        "facts": [
            pieces.Fact(_("What changes"), row.get_kind_display()),
            pieces.Fact(_("Department"), words.data(row.department.name)),
            pieces.Fact(_("Begun"), words.day(row.made_at.astimezone(CHICAGO).date())),
            pieces.Fact(_("By"), words.data(row.made_by.name)),
            pieces.Fact(_("First sent"), words.instant(row.sent_at) if row.sent_at else _("Not yet")),
        ],
        "counts": [(queries.STAGES[name], counts[name]) for name in queries.STAGES if name in counts],
        "rows": shown,
        "ready": ready,
        "held": len(drafts) - ready,
        "prepares": prepares(actor, row),
        "refused": refused,
        "history": _history(row, found),
    }
    return render(request, "solicitations/renewal/batch.html", context, status=status)


def _history(row: RenewalBatch, found: list[RenewalItem]) -> list[pieces.Entry]:
    """What was done with the batch and with each of its contracts, which is named."""
    numbers = {str(item.pk): item.contract.number for item in found}
    entries = list(entries_for([row, *found])[:HISTORY_SHOWN])
    kind = subject_type(RenewalItem)
    named = [numbers.get(entry.subject_id, "") if entry.subject_type == kind else "" for entry in entries]
    return [
        pieces.Entry(t.at, f"{number}: {t.what}" if number else t.what, t.who, t.as_whom, t.why, t.law)
        for number, t in zip(named, tell(entries), strict=True)
    ]


def _row(item: RenewalItem, checks: list[Any], present: datetime) -> dict[str, Any]:
    """One line: the terms against last year's, where it is, since how many days, at whose desk."""
    name, place = queries.stage(item), queries.place(item)
    days = None
    if place.since is not None:
        days = (present.astimezone(CHICAGO).date() - place.since.astimezone(CHICAGO).date()).days
    offers = list(item.offers.all())
    in_force = queries.before(item)
    last = last_term(item.contract, in_force)
    late = place.due_at is not None and place.due_at < present
    return {
        "item": item, "with": queries.prime_name(item.contract), "stage": name, "state": queries.STAGES[name],
        "mark": "late" if late else _MARK.get(name, "now"), "days": days, "desk": place.desk,
        "due_at": place.due_at, "late": late, "ends_on": figures(item.contract, in_force).ends_on, "last": last,
        "against": queries.comparison(last, item, item.amount_change, item.new_ends_on),
        "stops": [check for check in checks if check.stops],
        "weigh": [check for check in checks if check.ok is False and not check.hard],
        "passed": sum(check.ok is not False for check in checks), "checks": len(checks),
        "reply": offers[-1].reply if name == "asked" and offers else "",
        "url": reverse("solicitations:renewal-item", args=[item.batch_id, item.pk]),
    }  # fmt: skip


@requires("solicitations.prepare_contract")
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what is ready; say what stays and that its reason stands on the page."""
    row = the_batch(request, pk)
    try:
        done = actions.send(actor=actor_of(request), batch_id=row.pk)
    except Conflict as crossed:
        return _page(request, row, crossed.message, 409)
    sent = ngettext("%(n)s was sent.", "%(n)s were sent.", len(done.sent)) % {"n": len(done.sent)}
    if done.held:
        stays = ngettext(
            "%(n)s stays; its reason stands below.", "%(n)s stay; their reasons stand below.", len(done.held)
        ) % {"n": len(done.held)}  # fmt: skip
        messages.warning(request, f"{sent} {stays}")
    else:
        messages.success(request, sent)
    return redirect(request, reverse("solicitations:renewal-batch", args=[row.pk]))


patterns = [
    path("contracts/renewals/", renewals, name="renewals"),
    path("contracts/renewals/new/", new, name="renewals-new"),
    path("contracts/renewals/<int:pk>/", batch, name="renewal-batch"),
    path("contracts/renewals/<int:pk>/send/", send, name="renewal-send"),
]
