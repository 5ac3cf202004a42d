"""Files, and the documents an organization keeps in its vault."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement_portal.documents.limits import KINDS
from procurement_portal.time.clock import PortalNow
from procurement_portal.vault.sealing import open_sealed


class FileState(models.TextChoices):
    """Where a file is between arrival and use."""

    HELD = "held", _("Held until scanned")
    RELEASED = "released", _("Checked")
    REFUSED = "refused", _("Refused")


class File(models.Model):
    """One stored file: encrypted at rest, served only once it is released.

    Its name, kind, size and hash are sealed too, under its own data key: a proposal's files tell nothing before opening.
    """

    State = FileState

    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="files")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(db_default=PortalNow(), editable=False)  # the last byte, before any check
    token = models.CharField(max_length=64, blank=True)  # the sender's own mark: the same upload twice is one file
    storage_key = models.CharField(max_length=100, unique=True)
    data_key = models.OneToOneField("vault.DataKey", models.PROTECT, related_name="+")
    facts = models.BinaryField()  # sealed JSON: name, content_type, size, sha256
    state = models.CharField(max_length=12, choices=FileState, default=FileState.HELD)
    state_reason = models.CharField(max_length=300, blank=True)  # in words for its owner; never the name or content
    state_at = models.DateTimeField(null=True)
    scanned_by = models.CharField(max_length=60, blank=True)  # "content checks alone" where no scanner is set

    class Meta:
        verbose_name = _("file")
        constraints = [
            models.UniqueConstraint(
                fields=["received_by", "token"], condition=~Q(token=""), name="documents_file_token_once"
            ),
            models.CheckConstraint(
                name="documents_file_refused_says_why",
                condition=~Q(state="refused") | ~Q(state_reason=""),
            ),
            models.CheckConstraint(
                name="documents_file_decided_pair",
                condition=Q(state="held", state_at__isnull=True) | (~Q(state="held") & Q(state_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def aad(self) -> str:
        """What its sealings are bound to."""
        return f"file:{self.storage_key}"

    @cached_property
    def about(self) -> dict[str, Any]:
        """Its facts, opened. Raises SealBroken, or SealClosed while its proposal is sealed."""
        return json.loads(open_sealed(self.data_key, self.facts, self.aad))

    @property
    def name(self) -> str:
        """As its owner named it; never used as a path."""
        return str(self.about["name"])

    @property
    def content_type(self) -> str:
        """By content, not by header or name."""
        return str(self.about["content_type"])

    @property
    def size(self) -> int:
        """Bytes."""
        return int(self.about["size"])

    @property
    def sha256(self) -> str:
        """Of the plaintext, in hex."""
        return str(self.about["sha256"])

    def get_absolute_url(self) -> str:
        """Where it is served. The address never holds the owner's name for it: addresses are logged."""
        ending = next((k.endings[0] for k in KINDS.values() if k.content_type == self.content_type), "")
        return reverse("documents:file", args=[self.pk, f"file-{self.pk}{ending}"])

    @property
    def is_released(self) -> bool:
        """Whether it may be served to whoever may read it."""
        return self.state == FileState.RELEASED


class Document(models.Model):
    """A paper of an organization, kept once and used in many proposals. A replaced one stays as an earlier version."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)  # a word of documents/kinds.py
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(File, models.PROTECT, related_name="documents")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)  # such as insurance coverage and limit in cents
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")
    removed_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("document")
        indexes = [models.Index(fields=["organization", "kind"], name="documents_vault")]
        constraints = [
            models.CheckConstraint(
                name="documents_dates_order",
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
            ),
            models.CheckConstraint(
                name="documents_replaced_not_itself",
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PhotoSet(models.Model):
    """Several photographs on their way to one PDF in the vault; made by the background worker."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="photo_sets")
    title = models.CharField(_("title"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    language = models.CharField(max_length=8, default="en")
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="photo_set")
    problem = models.CharField(max_length=300, blank=True)  # why it could not be made, in words

    class Meta:
        verbose_name = _("photo set")
        constraints = [
            models.CheckConstraint(
                name="documents_photos_made_or_not", condition=Q(document__isnull=True) | Q(problem="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Photo(models.Model):
    """One photograph of a set, in its place."""

    photo_set = models.ForeignKey(PhotoSet, models.CASCADE, related_name="photos")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("photograph")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["photo_set", "position"], name="documents_photo_place")]

    def __str__(self) -> str:
        return f"photograph {self.position} of {self.photo_set_id}"
