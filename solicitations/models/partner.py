"""Other organizations in a proposal: their role, their share, their own part, and their signed consent.

Which organization takes part stands in the clear, because access depends on it. The terms (role, share, what it will do)
and the part it writes itself are ciphertext; so the sum of shares is checked by the action, under the submission's lock.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.receipt import digest
from solicitations.models.submission import Submission

WHOLE = Decimal(100)


class Partner(models.Model):
    """One other organization in a proposal. `terms` is what the lead proposes, `part` what the partner writes itself."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="partners")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="partner_in")
    terms = models.BinaryField()
    terms_version = models.PositiveIntegerField(default=1)
    part = models.BinaryField(null=True)
    part_version = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("partner")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "organization"],
                condition=Q(removed_at__isnull=True, declined_at__isnull=True),
                name="partner_once",
            ),
            models.CheckConstraint(
                name="partner_declined_pair",
                condition=Q(declined_at__isnull=True, declined_by__isnull=True)
                | Q(declined_at__isnull=False, declined_by__isnull=False),
            ),
            models.CheckConstraint(
                name="partner_removed_pair",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="partner_part_pair",
                condition=Q(part__isnull=True, part_version=0) | Q(part__isnull=False, part_version__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"Partner {self.pk} of {self.submission}"


class PartnerConsent(models.Model):
    """A partner's signature under exactly one text: the digest of terms, own part and own budget lines.

    A change of any of them makes it void without touching this row: the digests no longer agree.
    """

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="consents")
    digest = models.CharField(max_length=64)  # SHA-256 over a sealed text with a random number in it: tells nothing
    attestation = models.BinaryField()
    signed_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("partner's consent")
        ordering = ["-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Consent of {self.partner}"


def part_digest(terms: dict[str, Any], part: dict[str, Any] | None, lines: list[dict[str, Any]], salt: str) -> str:
    """What a partner's consent signs. `salt` is the secret number of the terms, so that the digest betrays nothing."""
    return digest({"salt": salt, "terms": terms, "part": part, "lines": lines})


def share_left(shares: list[Decimal]) -> Decimal:
    """What is left for the lead, in percent; negative when the shares are more than the whole."""
    return WHOLE - sum(shares, Decimal(0))
