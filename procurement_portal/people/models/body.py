"""The bodies people act for: departments that buy, organizations that answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class Jurisdiction(models.TextChoices):
    """The two governments; each has its own fiscal year and calendar (`people.jurisdictions`)."""

    CITY = "city", _("City of Chicago")
    COUNTY = "county", _("Cook County")


class Department(models.Model):
    """A department of the City or the County."""

    jurisdiction = models.CharField(max_length=8, choices=Jurisdiction)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("department")
        ordering = ["jurisdiction", "name"]
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "code"], name="people_department_code")]

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A nonprofit, business or fiscal sponsor, or a joint venture of several."""

    class Kind(models.TextChoices):
        NONPROFIT = "nonprofit", _("Nonprofit organization")
        BUSINESS = "business", _("Business")
        FISCAL_SPONSOR = "fiscal_sponsor", _("Fiscal sponsor")
        JOINT_VENTURE = "joint_venture", _("Joint venture")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("legal name"), max_length=200)
    sort_name = models.GeneratedField(
        expression=models.Func("name", function="portal_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )
    also_known_as = models.CharField(_("also known as"), max_length=200, blank=True)
    registered_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("organization")
        indexes = [models.Index(fields=["sort_name"], name="people_organization_sort")]

    def __str__(self) -> str:
        return self.name


class Venturer(models.Model):
    """One member of a joint venture: a hold on the venture reaches each venturer (MCC 2-92-420(k), 2019 proposal)."""

    venture = models.ForeignKey(Organization, models.PROTECT, related_name="venturers")
    member = models.ForeignKey(Organization, models.PROTECT, related_name="ventures")
    share_percent = models.DecimalField(max_digits=7, decimal_places=4)
    agreed_at = models.DateTimeField(null=True)  # its administrator agreed; until then it is named, not bound
    agreed_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("venturer")
        constraints = [
            models.UniqueConstraint(fields=["venture", "member"], name="people_venturer_once"),
            models.CheckConstraint(
                name="people_venturer_share",
                condition=models.Q(share_percent__gt=0, share_percent__lte=100),
            ),
            models.CheckConstraint(
                name="people_venturer_agreed_pair",
                condition=models.Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | models.Q(agreed_at__isnull=False, agreed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_venturer_not_self",
                condition=~models.Q(venture=models.F("member")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.venture}"
