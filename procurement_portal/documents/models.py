"""Files, and the documents an organization keeps in its vault."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class File(models.Model):
    """One stored file: encrypted at rest, found by its hash, served only once it is released."""

    class State(models.TextChoices):
        HELD = "held", _("Held until scanned")
        RELEASED = "released", _("Checked")
        REFUSED = "refused", _("Refused")

    name = models.CharField(max_length=255)  # as its owner named it; never used as a path
    content_type = models.CharField(max_length=100)  # by content, not by header or name
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=100, unique=True)
    data_key = models.ForeignKey("vault.DataKey", models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.HELD)
    state_reason = models.CharField(max_length=300, blank=True)
    scanned_by = models.CharField(max_length=60, blank=True)  # "content checks alone" where no scanner is set

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper of an organization, kept once and used in many proposals."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)  # a word of documents/kinds.py
    title = models.CharField(max_length=200)
    file = models.ForeignKey(File, models.PROTECT, related_name="documents")
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)  # such as insurance coverage and limit
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")
    removed_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("document")
        indexes = [models.Index(fields=["organization", "kind"], name="documents_vault")]
        constraints = [
            models.CheckConstraint(
                name="documents_dates_order",
                condition=models.Q(issued_on__isnull=True)
                | models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("issued_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title
