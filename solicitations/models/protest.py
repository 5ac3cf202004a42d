"""Protests: the window, what is protested, the decision, and the determination that lets an award proceed meanwhile."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal
from solicitations.states import DeterminationKind, ProtestState


class ProtestWindow(models.Model):
    """From when to when an award may be protested; the last instant counts as in time."""

    solicitation = models.OneToOneField("solicitations.Solicitation", models.PROTECT, related_name="protest_window")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    trace = models.ForeignKey("solicitations.Trace", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("protest window")
        constraints = [models.CheckConstraint(name="protest_window_order", condition=Q(closes_at__gt=F("opens_at")))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Protest window of {self.solicitation_id}"


class Protest(models.Model):
    """One proposer's protest. While it is open the award does not go on, unless a signed determination lets it."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="protests")
    proposal = models.OneToOneField(OpenedProposal, models.PROTECT, related_name="protest")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="protests")
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ProtestState], default=ProtestState.FILED
    )
    grounds = models.TextField(_("grounds"))
    remedy = models.TextField(_("what is asked for"), blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    decision = models.TextField(_("decision"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("protest")
        ordering = ["filed_at"]
        constraints = [
            models.CheckConstraint(name="protest_grounds", condition=~Q(grounds="")),
            models.CheckConstraint(
                name="protest_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, decision="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
            ),
            models.CheckConstraint(
                name="protest_decided_by_another", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("filed_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"Protest {self.pk} of {self.organization}"


class ProtestDetermination(models.Model):
    """The chief procurement officer's signed public determination while a protest is open.

    Either the award proceeds, or the incumbent's contract is extended for a stated term because services to people would stop.
    """

    protest = models.ForeignKey(Protest, models.PROTECT, related_name="determinations")
    kind = models.CharField(max_length=16, choices=DeterminationKind)
    reasons = models.TextField(_("reasons"))
    contract = models.ForeignKey("solicitations.Contract", models.PROTECT, null=True, related_name="+")
    until = models.DateField(_("extended until"), null=True)
    typed_name = models.CharField(max_length=200)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("determination on a protest")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="determination_reasoned", condition=~Q(reasons="") & ~Q(typed_name="")),
            models.CheckConstraint(
                name="determination_facts",
                condition=Q(kind=DeterminationKind.PROCEED, contract__isnull=True, until__isnull=True)
                | Q(kind=DeterminationKind.EXTEND_INCUMBENT, contract__isnull=False, until__isnull=False),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} on {self.protest_id}"
