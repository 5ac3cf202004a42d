"""One's own account: for whom one acts, language, name."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from procurement_portal.people import scopes
from procurement_portal.people.access import actor_of, public, requires
from procurement_portal.people.acting import SESSION_KEY, body_key
from procurement_portal.people.actions.acting import choose_language, edit_person
from procurement_portal.people.forms.person import LanguageForm, PersonForm
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import ROLES
from procurement_portal.web.refusal import Invalid


@requires("account.use")
@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act for another of one's bodies in this session. What is not one's own is answered like nothing (back home)."""
    chosen = request.POST.get("acting_as", "")
    if chosen in {body_key(m) for m in request.memberships}:  # type: ignore[attr-defined]
        request.session[SESSION_KEY] = chosen
    return redirect("home")


@requires("account.use")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, phone, address, memberships, and the ways to change them."""
    actor = actor_of(request)
    user = User.objects.get(pk=actor.user_id)
    form = PersonForm(request.POST or None, initial={"name": user.name, "phone": user.phone})
    if request.method == "POST" and form.is_valid():
        try:
            edit_person(actor=actor, **form.cleaned_data)
        except Invalid as problem:
            for field, texts in problem.problems.items():
                form.add_error(field or None, texts)
        else:
            messages.success(request, gettext("Your name and phone are saved."))
            return redirect("people:account")
    rows = [
        {
            "body": str(m.department or m.organization),
            "role": ROLES[m.role],
            "scoped": scopes.kind_words(scopes.key_of((m.scope_type, m.scope_id))) if m.scope_type else "",
        }
        for m in request.memberships  # type: ignore[attr-defined]
    ]
    return render(request, "people/account.html", {"form": form, "person": user, "rows": rows})


@public
@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of pages and, when signed in, of mails."""
    actor = actor_of(request)
    form = LanguageForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        if not actor.is_public:
            choose_language(actor=actor, language=chosen)
        response = redirect(translate_url(reverse("home"), chosen))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=365 * 24 * 3600, samesite="Lax", httponly=True
        )
        return response
    return render(request, "people/language.html", {"form": form})
