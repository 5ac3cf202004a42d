"""Something is broken: the form, its receipt, and the list for those who answer. And the page of help."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.notifications import queries
from procurement_portal.notifications.actions.report import answer, answer_due
from procurement_portal.notifications.actions.report import report as take_report
from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.readings.queries import number
from procurement_portal.time.clock import today
from procurement_portal.web.pagination import paginate
from procurement_portal.web.reference import current_reference
from procurement_portal.web.refusal import Invalid

ANSWER_DAYS = "portal.broken_answer_days"
MOST_AN_HOUR = 20  # reports from one network address; more are asked to call
_RECEIPT = "pages.broken"


class BrokenForm(forms.Form):
    """What happened, and how to reach whoever reports it."""

    what = forms.CharField(
        label=gettext_lazy("What happened, and what did you want to do?"),
        widget=forms.Textarea({"rows": 6}),
        max_length=5000,
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        help_text=gettext_lazy("We send a receipt and our answer there."),
    )
    phone = forms.CharField(label=gettext_lazy("Your phone number"), required=False, max_length=40)
    ref = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)


class AnswerForm(forms.Form):
    """An answer to a report."""

    answer = forms.CharField(label=gettext_lazy("Answer"), widget=forms.Textarea({"rows": 6}), max_length=5000)


@public
@require_http_methods(["GET", "POST"])
def broken(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody, signed in or not, and show its receipt."""
    actor = actor_of(request)
    came_from = urlsplit(request.headers.get("referer", ""))
    first = {
        "ref": request.GET.get("ref", "") or current_reference(),
        "page": came_from.path if came_from.netloc == request.get_host() else "",
        "reply_to": actor.email,
    }
    form = BrokenForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        if _too_many(request):
            form.add_error(
                None, _("Many reports came from your network this hour. Call us instead, the number is below.")
            )
        else:
            given = form.cleaned_data
            row = take_report(
                actor=actor,
                reference=given["ref"],
                page=given["page"],
                what=given["what"],
                reply_to=given["reply_to"],
                phone=given["phone"],
                business_days=number(ANSWER_DAYS, today()),
            )
            return redirect("broken_receipt", token=signing.dumps(row.pk, salt=_RECEIPT))
    reference = form["ref"].value()
    return render(request, "pages/broken.html", {"form": form, "reference": reference})


@public
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What was taken, under which number, and by when we answer. The address is the reporter's own."""
    try:
        pk = signing.loads(token, salt=_RECEIPT)
    except signing.BadSignature as unsigned:
        raise Http404 from unsigned
    row = found_or_404(queries.reports_by_receipt(), pk=pk)
    context = {"row": row, "answer_by": answer_due(number(ANSWER_DAYS, today()))}
    return render(request, "pages/broken_receipt.html", context)


@requires("portal.operate")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """All reports, unanswered first."""
    return render(request, "pages/reports.html", {"page": paginate(request, queries.reports(actor_of(request)))})


@requires("portal.operate")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report, and the form to answer it."""
    actor = actor_of(request)
    row = found_or_404(queries.reports(actor), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer(actor=actor, report=row, text=form.cleaned_data["answer"])
        except Invalid as problem:
            for field, texts in problem.problems.items():
                form.add_error(field or None, texts)
        else:
            messages.success(request, _("Your answer is sent."))
            return redirect("reports")
    return render(request, "pages/report.html", {"row": row, "form": form})


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Whom to call, and where to find what."""
    return render(request, "pages/help.html", {"phone": settings.HELP_PHONE, "hours": settings.HELP_HOURS})


def _too_many(request: HttpRequest) -> bool:
    key = f"broken:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=3600)
    try:
        return cache.incr(key) > MOST_AN_HOUR
    except ValueError:  # it lapsed between the two calls
        return False
