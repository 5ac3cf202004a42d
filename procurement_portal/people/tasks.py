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
from procurement_portal.people.actions.recovery import finish
from procurement_portal.people.models.invitation import Invitation
from procurement_portal.people.models.oversight import Recovery
from procurement_portal.people.models.user import User
from procurement_portal.people.queries.invitations import invitation_token
from procurement_portal.web import words

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


@task("people.invitation_mail")
def invitation_mail(invitation_id: int, base: str) -> None:
    """Send an invitation to its address, unless it was answered or withdrawn meanwhile."""
    invitation = Invitation.objects.select_related("organization", "department", "made_by").get(pk=invitation_id)
    if invitation.accepted_at or invitation.declined_at or invitation.revoked_at:
        return
    user = User.objects.filter(email=invitation.email).first()
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        context = {
            "name": user.name if user else "",
            "body": str(invitation.body),
            "role": invitation.role_label,
            "made_by": invitation.made_by.name,
            "until": words.day(invitation.expires_at),
            "link": base + reverse("people:invitation", args=[invitation_token(invitation.pk)]),
            "phone": settings.HELP_PHONE,
            "hours": settings.HELP_HOURS,
        }
        subject = " ".join(render_to_string("people/mail/invitation_subject.txt", context).split())
        body = render_to_string("people/mail/invitation_message.txt", context).strip() + "\n"
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [invitation.email]).send()


@task("people.recovery_mail")
def recovery_mail(recovery_id: int, user_id: int, stage: str, base: str) -> None:
    """Tell one person how a recovery stands: asked, checked, done or stopped."""
    recovery = Recovery.objects.select_related("user", "organization").get(pk=recovery_id)
    reader = User.objects.get(pk=user_id)
    with translation.override(reader.language):
        context = {
            "name": reader.name,
            "person": recovery.user.name,
            "own": reader.pk == recovery.user_id,
            "organization": str(recovery.organization or ""),
            "stage": stage,
            "until": words.instant(recovery.waits_until) if recovery.waits_until else "",
            "link": base + reverse("people:recoveries"),
            "phone": settings.HELP_PHONE,
            "hours": settings.HELP_HOURS,
        }
        subject = " ".join(render_to_string("people/mail/recovery_subject.txt", context).split())
        body = render_to_string("people/mail/recovery_message.txt", context).strip() + "\n"
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [reader.email]).send()


@task("people.finish_recovery")
def finish_recovery(recovery_id: int) -> None:
    """The waiting period is over."""
    finish(recovery_id=recovery_id)
