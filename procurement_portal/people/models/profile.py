"""What an organization says about itself."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from procurement_portal.vault.fields import EncryptedTextField


class Profile(models.Model):
    """The profile of one organization. Community leadership is a narrative in its own words: nothing scores it by itself."""

    class Budget(models.TextChoices):
        UNDER_100K = "under_100k", _("Under $100,000")
        TO_500K = "to_500k", _("$100,000 to $500,000")
        TO_2M = "to_2m", _("$500,000 to $2 million")
        TO_10M = "to_10m", _("$2 million to $10 million")
        OVER_10M = "over_10m", _("Over $10 million")

    organization = models.OneToOneField("people.Organization", models.PROTECT, related_name="profile")
    mission = models.TextField(_("mission"), blank=True)
    people = models.TextField(_("people"), blank=True)  # who leads and who works there, in its own words
    leadership = models.TextField(_("community leadership"), blank=True)
    community_areas = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(77)]),
        default=list,
        blank=True,
        verbose_name=_("community areas served"),
    )
    languages = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("languages served")
    )
    budget = models.CharField(_("yearly budget"), max_length=12, choices=Budget, blank=True)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    zip_code = models.CharField(
        _("ZIP code"), max_length=10, blank=True, validators=[RegexValidator(r"^\d{5}(-\d{4})?$", _("Five digits."))]
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    ein = EncryptedTextField(null=True)
    ein_index = models.CharField(max_length=120, blank=True, db_index=True, editable=False)

    history = HistoricalRecords(excluded_fields=["ein", "ein_index"])

    class Meta:
        verbose_name = _("organization profile")
        constraints = [
            models.CheckConstraint(
                name="people_profile_ein_pair",
                condition=models.Q(ein__isnull=True, ein_index="")
                | (models.Q(ein__isnull=False) & ~models.Q(ein_index="")),
            ),
            models.CheckConstraint(
                name="people_profile_areas",
                condition=models.Q(community_areas__contained_by=list(range(1, 78))),
            ),
        ]

    def __str__(self) -> str:
        return f"Profile of {self.organization}"
