"""What was sent to whom: one row a person and channel, with the words as they were sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class Category(models.TextChoices):
    """What a notice is about; a person chooses the ways for each."""

    WORK = "work", _("Work that waits for you and deadlines")
    SOLICITATIONS = "solicitations", _("Opportunities, their questions, answers and changes")
    PROPOSALS = "proposals", _("Our answers to opportunities")
    DOCUMENTS = "documents", _("Documents that expire or were refused")
    MESSAGES = "messages", _("Messages")
    SEARCHES = "searches", _("Saved searches")
    ACCOUNT = "account", _("Account, people and roles")
    PORTAL = "portal", _("The portal itself")


class Channel(models.TextChoices):
    """The ways a notice reaches a person."""

    MAIL = "mail", _("E-mail")
    PORTAL = "portal", _("In the portal")


class Delivery(models.Model):
    """One notice to one person by one channel. The words are kept as sent, also when a template changes later."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        SHOWN = "shown", _("In the inbox")
        TURNED_OFF = "turned_off", _("Turned off by the person")
        FAILED = "failed", _("Could not be sent")

    kind = models.CharField(max_length=80)  # the notice's stable word: "clocks.due"
    key = models.CharField(max_length=160)  # what it was about: with the recipient and the channel, once
    category = models.CharField(max_length=20, choices=Category)
    legal = models.BooleanField(default=False)  # cannot be switched off
    urgent = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    address = models.EmailField(blank=True)  # of the mail; a subscriber may have no account
    organization_id = models.BigIntegerField(null=True)  # for whom the person gets it
    desk_id = models.BigIntegerField(null=True)
    instead_of_id = models.BigIntegerField(null=True)  # a deputy's copy: the person who is away
    channel = models.CharField(max_length=8, choices=Channel)
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=300)
    body = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    reply_to = models.CharField(max_length=200, blank=True)
    leave_url = models.CharField(max_length=500, blank=True)  # one-click leave of a subscription
    message_id = models.CharField(max_length=200, unique=True, null=True)  # of the mail, the same at every attempt
    written_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    sent_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(channel="portal"), name="notifications_inbox"),
            models.Index(
                fields=["user"],
                condition=Q(channel="portal", outcome="shown", read_at__isnull=True),
                name="notifications_unread",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "address", "kind", "key", "channel"],
                nulls_distinct=False,
                name="notifications_once",
            ),
            models.CheckConstraint(
                name="notifications_sent_pair",
                condition=(Q(outcome="sent") & Q(sent_at__isnull=False))
                | (~Q(outcome="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notifications_mail_has_address",
                condition=(Q(channel="mail") & ~Q(address="") & Q(message_id__isnull=False))
                | (Q(channel="portal", address="", message_id__isnull=True) & Q(user__isnull=False)),
            ),
            models.CheckConstraint(
                name="notifications_read_in_portal",
                condition=Q(read_at__isnull=True) | Q(channel="portal"),
            ),
            models.CheckConstraint(
                name="notifications_legal_stays_on",
                condition=~Q(legal=True, outcome="turned_off"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.channel})"


class Preference(models.Model):
    """A person's choice for one category and channel; without a row the notice comes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    category = models.CharField(max_length=20, choices=Category)
    channel = models.CharField(max_length=8, choices=Channel)
    wanted = models.BooleanField()

    class Meta:
        verbose_name = _("notice preference")
        constraints = [
            models.UniqueConstraint(fields=["user", "category", "channel"], name="notifications_preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.category} {self.channel}: {self.wanted}"
