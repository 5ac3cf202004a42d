"""Setting up a second factor. Everything here answers a staff member who has none yet; nothing else does."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from procurement_portal.people import proof
from procurement_portal.people.access import Access, actor_of, requires, works_for_department

AFTER = "second_factor_next"


def _safe(request: HttpRequest, url: str) -> str:
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if ours else reverse("home")


@requires("account.use")
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and the two ways to have one; whoever has one is asked for it and sent on."""
    after = _safe(request, request.GET.get("next", ""))
    if actor_of(request).second_factor:
        return HttpResponseRedirect(after)
    if Authenticator.objects.filter(user_id=actor_of(request).user_id).exists():
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?next={after}")
    request.session[AFTER] = after
    return render(request, "account/second_factor.html", {"staff": works_for_department(request)})


class _Recorded:
    """The factor just set up was used in setting it up: this session has it."""

    request: HttpRequest
    kind: str
    access = Access("account.use")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, "mfa", type=self.kind)  # type: ignore[arg-type]
        return response


class ActivateApp(_Recorded, ActivateTOTPView):
    """An authenticator app, by its QR code or its key."""

    kind = "totp"


class AddPasskey(_Recorded, AddWebAuthnView):
    """A passkey or security key."""

    kind = "webauthn"


def _unused_codes(request: HttpRequest) -> list[str]:
    found = Authenticator.objects.filter(
        user_id=actor_of(request).user_id, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    if found is None:
        raise Http404
    return found.wrap().get_unused_codes()


@requires("account.use", step_up=True)
@never_cache
def download_codes(request: HttpRequest) -> HttpResponse:
    """The codes not used yet, as a text file."""
    return HttpResponse(
        "\r\n".join(_unused_codes(request)) + "\r\n",
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="recovery-codes.txt"'},
    )


@requires("account.use", step_up=True)
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes not used yet. (Our own page: allauth's writes when it is read.)"""
    found = Authenticator.objects.filter(
        user_id=actor_of(request).user_id, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    if found is None:
        raise Http404
    codes = found.wrap().get_unused_codes()
    if request.GET.get("as") == "file":
        text = "\r\n".join(codes) + "\r\n"
        return HttpResponse(
            text,
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="recovery-codes.txt"'},
        )
    after = request.session.get(AFTER, "")
    return render(
        request,
        "mfa/recovery_codes/index.html",
        {"codes": codes, "after": _safe(request, after), "recently": proof.recently_proved(request)},
    )


activate_app = ActivateApp.as_view()
add_passkey = AddPasskey.as_view()
