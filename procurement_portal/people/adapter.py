"""How allauth meets the portal: mail through the outbox's way, second factors, no enumeration."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and its mails."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors."""
