"""The officers' signed, dated choices: readings of the law where it is open, and numbers of policy."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow

_DAY_SIGNED = Func(
    F("signed_at"),
    template="(timezone('America/Chicago', %(expressions)s))::date",
    output_field=models.DateField(),
)


class Decision(models.Model):
    """One choice for one key, from a day on. A later one follows it; none is ever changed or taken back in time."""

    key = models.CharField(max_length=80)
    value = models.CharField(max_length=80)  # as the register writes it: "true", "fully", "3"
    from_day = models.DateField()
    reason = models.TextField()
    signed_name = models.CharField(max_length=150)  # as typed
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_as = models.CharField(max_length=200)  # the officer's role and department, as it was
    signed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "decision"
        indexes = [models.Index(fields=["key", "-from_day", "-id"], name="readings_in_force")]
        constraints = [
            models.CheckConstraint(name="readings_says_why", condition=~Q(reason="") & ~Q(signed_name="")),
            models.CheckConstraint(name="readings_never_backdated", condition=Q(from_day__gte=_DAY_SIGNED)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.key} = {self.value} from {self.from_day}"
