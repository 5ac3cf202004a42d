"""Work of the people room outside the request."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from procurement_portal.outbox.intents import task
from procurement_portal.people.models.user import User

RESET = "account/email/password_reset_key"
CONFIRM = ("account/email/email_confirmation", "account/email/email_confirmation_signup")


@task("people.account_mail")
def account_mail(kind: str, email: str, user_id: int | None, base: str, facts: dict[str, str]) -> None:
    """Make one mail of sign-in, with its secret link, and send it. Nothing is sent where its reason is gone."""
    address = EmailAddress.objects.filter(email__iexact=email).select_related("user").order_by("-verified").first()
    user = User.objects.filter(pk=user_id).first() if user_id else (address.user if address else None)
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        link = ""
        if kind == RESET:
            if user is None or not user.is_active:
                return
            key = default_token_generator.make_token(user)
            link = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
        elif kind in CONFIRM:
            if address is None or address.verified:
                return
            link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
        context = {
            "name": user.name if user else "",
            "email": email,
            "link": f"{base}{link}",
            "signup_link": base + reverse("account_signup"),
            "reset_link": base + reverse("account_reset_password"),
            "account_link": base + reverse("people:account"),
            "phone": settings.HELP_PHONE,
            "hours": settings.HELP_HOURS,
            "at": facts.get("at", ""),
            "ip": facts.get("ip", ""),
        }
        subject = " ".join(render_to_string(f"{kind}_subject.txt", context).split())
        body = render_to_string(f"{kind}_message.txt", context).strip() + "\n"
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email]).send()
