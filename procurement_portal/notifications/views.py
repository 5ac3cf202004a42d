"""Inbox, preferences, message threads."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.notifications import queries, threads
from procurement_portal.notifications.actions import inbox as inbox_actions
from procurement_portal.notifications.actions import threads as thread_actions
from procurement_portal.notifications.forms import InboxFilter, MessageForm, PreferencesForm
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Invalid


@requires("account.use")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the portal told me, newest first, with what I have not read marked."""
    actor = actor_of(request)
    form = InboxFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.inbox(actor, category=chosen.get("category", ""), unread_only=chosen.get("unread", False))
    context = {
        "page": paginate(request, rows),
        "form": form,
        "chosen": sum(bool(value) for value in chosen.values()),
        "unread": queries.unread_count(actor),
    }
    return render(request, "notifications/inbox.html", context)


@requires("account.use")
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as it was sent."""
    row = found_or_404(queries.inbox(actor_of(request)), pk=pk)
    return render(request, "notifications/notice.html", {"row": row})


@requires("account.use")
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go to the notice, or to where it leads."""
    actor = actor_of(request)
    row = found_or_404(queries.inbox(actor), pk=pk)
    inbox_actions.mark_read(actor=actor, delivery_ids=[row.pk])
    if request.POST.get("go") and url_has_allowed_host_and_scheme(row.url, allowed_hosts={request.get_host()}):
        return redirect(row.url)
    return redirect("notifications:notice", pk=row.pk)


@requires("account.use")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    count = inbox_actions.mark_read(actor=actor_of(request))
    told = ngettext("%(count)d notice is marked as read.", "%(count)d notices are marked as read.", count)
    messages.success(request, told % {"count": count})
    return redirect("notifications:inbox")


@requires("account.use")
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How notices reach me, by category."""
    actor = actor_of(request)
    posted = request.POST if request.method == "POST" else None  # nothing ticked is an answer too
    form = PreferencesForm(posted, wanted=queries.choices(actor))
    if form.is_valid():
        inbox_actions.choose(actor=actor, wanted=form.wanted())
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form})


@requires("account.use")
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, subject_type: str, subject_id: str) -> HttpResponse:
    """The conversation about one record, and the form to write."""
    actor = actor_of(request)
    provider = threads.provider_of(subject_type)
    subject = provider.find(actor, subject_id) if provider else None
    if provider is None or subject is None:
        raise Http404
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            thread_actions.post(
                actor=actor, subject_type=subject_type, subject_id=subject_id, body=form.cleaned_data["body"]
            )
        except Invalid as problem:
            for field, texts in problem.problems.items():
                form.add_error(field or None, texts)
        else:
            messages.success(request, _("Your message is sent."))
            return redirect("notifications:thread", subject_type=subject_type, subject_id=subject_id)
    context = {
        "subject_type": subject_type,
        "subject_id": subject_id,
        "about": provider.title(subject),
        "about_url": provider.url(subject),
        "posts": threads.posts(actor, subject_type, subject_id),
        "unread": threads.unread(actor, subject_type, subject_id),
        "reason": provider.may_write(actor, subject),
        "form": form,
    }
    return render(request, "notifications/thread.html", context)


@requires("account.use")
@require_POST
def read_thread(request: HttpRequest, subject_type: str, subject_id: str) -> HttpResponse:
    """Mark a conversation read."""
    actor = actor_of(request)
    provider = threads.provider_of(subject_type)
    if provider is None or provider.find(actor, subject_id) is None:
        raise Http404
    thread_actions.mark_read(actor=actor, subject_type=subject_type, subject_id=subject_id)
    return redirect("notifications:thread", subject_type=subject_type, subject_id=subject_id)
