"""Forms of sign-in: allauth's, in our words and without placeholders that vanish while one types."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, str | Promise] = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password again"),
    "oldpassword": _("Your present password"),
    "code": _("Code"),
    "passwordless": _("Sign in with this passkey alone, without a password"),
}
HINTS: dict[str, str | Promise] = {
    "password1": _("At least 12 characters. A few words that only you would put together are easiest to remember."),
    "passwordless": _("It then asks for your fingerprint, face or PIN."),
    "code": _("Six digits from your authenticator app, or one of your recovery codes."),
}


class _Plain:
    """Our labels and hints; no placeholders."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)  # type: ignore[assignment]
            field.help_text = HINTS.get(name, "")  # type: ignore[assignment]
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class SignIn(_Plain, LoginForm):  # type: ignore[misc]
    """E-mail address and password."""


class SignUp(_Plain, SignupForm):  # type: ignore[misc]
    """A new account: name, address, password. Whether the address is known already is told by mail alone."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "email", "password1", "password2"]


class PasswordAgain(_Plain, ReauthenticateForm):  # type: ignore[misc]
    """The password again, for a step that needs it."""


class ForgottenPassword(_Plain, ResetPasswordForm):  # type: ignore[misc]
    """The address a link goes to, if there is an account."""


class NewPassword(_Plain, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, after the link."""


class ChangePassword(_Plain, ChangePasswordForm):  # type: ignore[misc]
    """A new password, knowing the present one."""


class NewEmail(_Plain, AddEmailForm):  # type: ignore[misc]
    """The address one wants to sign in with from now on."""


class SecondFactorCode(_Plain, AuthenticateForm):  # type: ignore[misc]
    """The code, at sign-in."""


class SecondFactorCodeAgain(_Plain, CodeAgainForm):  # type: ignore[misc]
    """The code again, for a step that needs it."""


class FirstCode(_Plain, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""


class NewPasskey(_Plain, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey's name, and whether it signs in by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["passwordless"].initial = True


class PasskeyName(_Plain, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
