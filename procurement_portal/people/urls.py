"""Addresses of the people room, and those sign-in pages of which ours come before the library's."""

from __future__ import annotations

from django.urls import path

from procurement_portal.people.views import account, second_factor

app_name = "people"
urlpatterns = [
    path("you/", account.account, name="account"),
    path("you/act-as/", account.act_as, name="act_as"),
    path("you/language/", account.language, name="language"),
    path("account/second-factor/", second_factor.second_factor, name="second_factor"),
    path("account/2fa/totp/activate/", second_factor.activate_app, name="activate_app"),
    path("account/2fa/webauthn/add/", second_factor.add_passkey, name="add_passkey"),
    path("account/2fa/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
]
