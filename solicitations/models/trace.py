"""How a figure came about: a rule's trace as a row that never changes, shown wherever the figure is."""

from __future__ import annotations

from typing import Any

from django.db import models

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow


class Trace(models.Model):
    """One evaluation of one rule for one record."""

    rule = models.CharField(max_length=80)  # "solicitations.program_scope"
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    content = models.JSONField()  # `law.trace`: facts, answer, steps, parameters, readings
    law = models.CharField(max_length=80)  # the law book's digest at that moment
    asked_on = models.DateField()
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "rule trace"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "rule", "-id"], name="solicitations_trace_subject")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.rule} for {self.subject_type}:{self.subject_id}"

    @property
    def answer(self) -> dict[str, Any]:
        """What the rule answered."""
        return self.content["answer"]
