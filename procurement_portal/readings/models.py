"""The officers' signed, dated choices where the law leaves a question open."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from procurement_portal.time.clock import PortalNow


class Decision(models.Model):
    """One choice of a reading, from a day on; later choices follow, none is ever changed."""

    key = models.CharField(max_length=80)
    value = models.CharField(max_length=80)
    from_day = models.DateField()
    reason = models.TextField()
    signed_name = models.CharField(max_length=150)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_role = models.CharField(max_length=40)
    signed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "reading decision"
        constraints = [models.UniqueConstraint(fields=["key", "from_day"], name="readings_once_a_day")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value} from {self.from_day}"
