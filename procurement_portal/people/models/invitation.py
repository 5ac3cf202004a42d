"""Invitations to act for a body, and claims to be allowed to sign for an organization."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from procurement_portal.people import roles
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.membership import EXACTLY_ONE_BODY
from procurement_portal.time.clock import PortalNow


class Invitation(models.Model):
    """One role in one body offered to one e-mail address. It ends in one of four ways: accepted, declined, revoked, expired."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="invitations")
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=40, choices=roles.all_choices)
    scope_type = models.CharField(max_length=60, blank=True)
    scope_id = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(name="people_invitation_one_body", condition=EXACTLY_ONE_BODY),
            models.CheckConstraint(name="people_invitation_email_lower", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="people_invitation_scope_pair",
                condition=Q(scope_type="", scope_id="") | (~Q(scope_type="") & ~Q(scope_id="")),
            ),
            models.CheckConstraint(
                name="people_invitation_accepted_pair",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_invitation_revoked_pair",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_invitation_one_end",
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True)
                | Q(accepted_at__isnull=True, revoked_at__isnull=True)
                | Q(declined_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="people_invitation_expires_later", condition=Q(expires_at__gt=models.F("made_at"))
            ),
            models.UniqueConstraint(
                fields=["organization", "department", "email", "role", "scope_type", "scope_id"],
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True, revoked_at__isnull=True),
                nulls_distinct=False,
                name="people_invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body}: {self.role_label}"

    @property
    def body(self) -> Organization | Department:
        """The organization or department."""
        found = self.department or self.organization
        assert found is not None  # the table's own check
        return found

    @property
    def role_label(self) -> str:
        """The role in words."""
        return str(roles.ROLES[self.role].label)


class SignatoryClaim(models.Model):
    """A person says they may sign for the organization and shows the paper. Somebody else confirms or refuses it."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="signatory_claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatory_claims")
    position = models.CharField(_("position"), max_length=120)
    proof = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("claim to sign")
        constraints = [
            models.CheckConstraint(
                name="people_claim_decided_pair",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted__isnull=False),
            ),
            models.CheckConstraint(
                name="people_claim_other_decides",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("user")),
            ),
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(decided_at__isnull=True), name="people_claim_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.organization}"
