"""How allauth meets the portal: mail leaves through the outbox, guessing is slowed without locking anybody out."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement_portal.people import device, proof
from procurement_portal.people.actions.account_mail import queue_account_mail
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.secret import conceal, disclose


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and its mails."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together, or there is no such account."
        ),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again, or reset your password."),
        "incorrect_password": _("This is not your password."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail's kind and ids to the outbox; the worker makes its secret link and sends it."""
        queue_account_mail(template_prefix, email, context)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the name and the language of the page with a new account."""
        user.name = " ".join(form.cleaned_data["name"].split())
        user.language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)[:8]
        return super().save_user(request, user, form, commit)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted per address and place: a known browser has its own count, others one per network address.

        So an attacker elsewhere uses up his own attempts, not the victim's.
        """
        email = str(credentials.get("email", "")).lower()
        place = "device" if device.is_known(request, email) else self.get_client_ip(request)
        return f"{email}:{place}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Besides the counts above, all browsers unknown to an address share one count: guessing from many places is slow too."""
        super().pre_authenticate(request, **credentials)
        email = str(credentials.get("email", "")).lower()
        self._shared_usage = None
        if device.is_known(request, email):
            return
        self._shared_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_unknown_device",
            config=settings.ACCOUNT_RATE_LIMITS,
            key=email,
        )
        if not self._shared_usage:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        shared = getattr(self, "_shared_usage", None)
        if shared:
            shared.rollback()

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in; this browser is known from now on."""
        super().login(request, user)
        device.note(request, user.email)  # type: ignore[attr-defined]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not when the password or a second factor was given within five minutes, signing in included."""
        request = allauth_context.request
        return request is None or not proof.recently_proved(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, which knows what waits for whom."""
        return reverse(settings.LOGIN_REDIRECT_URL)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors. Their secrets are kept encrypted."""

    def encrypt(self, text: str) -> str:
        """For the database: ciphertext under a key that is not in it."""
        return conceal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises ValueError for what was not made by `encrypt`."""
        return disclose(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one second factor; everybody else may give theirs up."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        staff = Membership.objects.filter(
            user_id=authenticator.user_id, department__isnull=False, ended_at__isnull=True
        ).exists()
        if not staff:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
