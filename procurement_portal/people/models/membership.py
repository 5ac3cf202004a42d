"""Who acts for whom, in which role, from when to when; desks and their substitutes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.people import roles
from procurement_portal.time.clock import PortalNow

EXACTLY_ONE_BODY = Q(organization__isnull=False, department__isnull=True) | Q(
    organization__isnull=True, department__isnull=False
)


class Membership(models.Model):
    """One role of one person in one body. Several rows give several roles; a scope narrows a role to one record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="memberships")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="memberships")
    role = models.CharField(
        _("role"),
        max_length=40,
        choices=roles.all_choices,
    )
    # "" = everywhere in the body; else the record the role is given for, such as solicitations.contract:12.
    scope_type = models.CharField(max_length=60, blank=True)
    scope_id = models.CharField(max_length=40, blank=True)
    given_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # A signatory's proof of authority: the vault document, and who confirmed it. Unconfirmed, it is "self-declared".
    proof = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("membership")
        indexes = [
            models.Index(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="people_membership_open",
            )
        ]
        constraints = [
            models.CheckConstraint(name="people_membership_one_body", condition=EXACTLY_ONE_BODY),
            models.CheckConstraint(
                name="people_membership_scope_pair",
                condition=Q(scope_type="", scope_id="") | (~Q(scope_type="") & ~Q(scope_id="")),
            ),
            models.CheckConstraint(
                name="people_membership_ended_pair",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="people_membership_confirmed_pair",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=models.F("user"))),
            ),
            models.UniqueConstraint(
                fields=[
                    "user",
                    "organization",
                    "department",
                    "role",
                    "scope_type",
                    "scope_id",
                ],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="people_membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {roles.ROLES[self.role].label}"


class Desk(models.Model):
    """A named function of a body that work waits at: members, a substitute, a calendar and service days."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="desks")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="desks")
    function = models.CharField(max_length=40)  # stable word: "publication", "inquiries"
    name = models.CharField(max_length=120)
    service_days = models.PositiveSmallIntegerField(default=5)  # business days work may wait here
    # Holds the work on days when every member is away without a deputy.
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="people.DeskMember", related_name="desks")

    class Meta:
        verbose_name = _("desk")
        constraints = [
            models.CheckConstraint(name="people_desk_one_body", condition=EXACTLY_ONE_BODY),
            models.UniqueConstraint(
                fields=["organization", "department", "function"],
                nulls_distinct=False,
                name="people_desk_function",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeskMember(models.Model):
    """A person at a desk."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")

    class Meta:
        verbose_name = _("desk member")
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="people_desk_member_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.desk}"


class Absence(models.Model):
    """A person is away from–to (both days included) and a deputy holds their desks meanwhile."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputized")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="absences")
    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="absences")
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))
    canceled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("absence")
        constraints = [
            models.CheckConstraint(name="people_absence_one_body", condition=EXACTLY_ONE_BODY),
            models.CheckConstraint(
                name="people_absence_order",
                condition=Q(last_day__gte=models.F("first_day")),
            ),
            models.CheckConstraint(name="people_absence_other", condition=~Q(user=models.F("deputy"))),
        ]

    def __str__(self) -> str:
        return f"{self.user} away {self.first_day} to {self.last_day}"
