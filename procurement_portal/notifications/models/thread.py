"""Message threads: one a record, posts that only grow, who has read how far, and mail that came in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow


class Thread(models.Model):
    """The one conversation about a proposal, contract, voucher or case."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    opened_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("message thread")
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="notifications_one_thread")]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}"


class Post(models.Model):
    """One message. It is never changed: a correction is another message."""

    class Way(models.TextChoices):
        PAGE = "page", _("on the page")
        MAIL = "mail", _("by e-mail")

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)  # as it was when written
    author_body = models.CharField(max_length=200, blank=True)  # department or organization written for
    body = models.TextField()
    way = models.CharField(max_length=4, choices=Way)
    files_left_out = models.PositiveSmallIntegerField(default=0)  # attachments of a mail are not taken
    posted_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("message")
        indexes = [models.Index(fields=["thread", "id"], name="notifications_posts")]
        constraints = [models.CheckConstraint(name="notifications_post_says", condition=~Q(body=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"message {self.pk}"


class ReadMark(models.Model):
    """How far a person has read a thread."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    last_post_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("read mark")
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="notifications_one_mark")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.thread_id} to {self.last_post_id}"


class Inbound(models.Model):
    """A mail that came in: who, to which address, its text without quotes, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        POSTED = "posted", _("Posted")
        REFUSED = "refused", _("Refused")

    message_id = models.CharField(max_length=300, unique=True)  # a mail delivered twice is one mail
    from_address = models.CharField(max_length=320)
    to_address = models.CharField(max_length=320)
    text = models.TextField()
    files_left_out = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    post = models.OneToOneField(Post, models.PROTECT, null=True, related_name="mail")

    class Meta:
        verbose_name = _("incoming mail")
        constraints = [
            models.CheckConstraint(
                name="notifications_inbound_outcome",
                condition=Q(outcome="waiting", post__isnull=True, reason="")
                | (Q(outcome="posted", reason="") & Q(post__isnull=False))
                | (Q(outcome="refused", post__isnull=True) & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.message_id}"
