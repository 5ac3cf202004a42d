"""Changes after publication, and each published version as it stood."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.states import AddendumState


class Version(models.Model):
    """The notice as it stood: 0 at publication, then one for each addendum. Never changed."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()  # `queries.version.snapshot`
    sha256 = models.CharField(max_length=64)  # of the canonical JSON
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("published version")
        constraints = [models.UniqueConstraint(fields=["solicitation", "number"], name="solicitations_version_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"version {self.number}"


class Addendum(models.Model):
    """One addendum. `changes` holds the drafted edits (`actions.addendum`), after issue what was changed."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in AddendumState], default=AddendumState.DRAFTED
    )
    summary = models.TextField(_("what changes, in plain words"), blank=True)
    changes = models.JSONField(default=dict)
    new_due_at = models.DateTimeField(_("new due date"), null=True)  # set by the act, moved if the addendum comes late
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    review_requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["solicitation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation", "number"],
                condition=~Q(status=AddendumState.DISCARDED),
                name="solicitations_addendum_number",
            ),
            models.UniqueConstraint(
                fields=["solicitation"],
                condition=Q(status__in=[AddendumState.DRAFTED.value, AddendumState.IN_REVIEW.value]),
                name="solicitations_addendum_one_open",
            ),
            models.CheckConstraint(
                name="solicitations_addendum_issued_pair",
                condition=Q(issued_at__isnull=True, issued_by__isnull=True)
                | Q(issued_at__isnull=False, issued_by__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_addendum_issued_by_somebody",
                condition=~Q(status=AddendumState.ISSUED) | Q(issued_at__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_addendum_maker_not_checker",
                condition=Q(issued_by__isnull=True)
                | (~Q(issued_by=F("drafted_by")) & ~Q(issued_by=F("review_requested_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Addendum {self.number}"


class AddendumTouch(models.Model):
    """A question an addendum touched: answers given to an earlier revision are confirmed again."""

    addendum = models.ForeignKey(Addendum, models.PROTECT, related_name="touches")
    question = models.ForeignKey("solicitations.Question", models.PROTECT, related_name="touches")
    revision = models.PositiveSmallIntegerField()  # the question's revision from this addendum on

    class Meta:
        verbose_name = _("question touched by an addendum")
        constraints = [models.UniqueConstraint(fields=["addendum", "question"], name="solicitations_touch_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.addendum} touches {self.question_id}"
