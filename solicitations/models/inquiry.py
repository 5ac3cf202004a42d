"""Questions about a solicitation: asked privately, answered in public without the asker's name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.states import InquiryState

_ANSWERED = Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(published_text="")
_PUBLISHED = Q(published_at__isnull=False, published_by__isnull=False, number__isnull=False)
_NOT_PUBLISHED = Q(published_at__isnull=True, published_by__isnull=True, number__isnull=True)


class Inquiry(models.Model):
    """One question. Who asked is for the asker's organization alone; staff and the public read `published_text`.

    `text` is as it was asked; staff sees it without the asker. `number` is given at publication.
    """

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="inquiries")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("your question"))
    asked_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    status = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in InquiryState], default=InquiryState.ASKED
    )
    number = models.PositiveSmallIntegerField(null=True)
    published_text = models.TextField(_("question as published"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("question about a solicitation")
        ordering = ["solicitation", "number", "id"]
        indexes = [models.Index(fields=["solicitation", "status"], name="solicitations_inquiry_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation", "number"],
                condition=Q(number__isnull=False),
                name="solicitations_inquiry_number",
            ),
            models.CheckConstraint(
                name="solicitations_inquiry_answered_pair",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True) | _ANSWERED,
            ),
            models.CheckConstraint(name="solicitations_inquiry_published_pair", condition=_NOT_PUBLISHED | _PUBLISHED),
            models.CheckConstraint(
                name="solicitations_inquiry_state_facts",
                condition=Q(status=InquiryState.ASKED)
                | (Q(status=InquiryState.ANSWERED) & _ANSWERED)
                | (Q(status=InquiryState.PUBLISHED) & _ANSWERED & _PUBLISHED),
            ),
            models.CheckConstraint(name="solicitations_inquiry_asked_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"question {self.number or self.pk}"
