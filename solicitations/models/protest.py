"""Protests: the window, what is protested, the decision, and the determination that lets an award proceed meanwhile."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal
from solicitations.states import DeterminationKind, ProtestFollows, ProtestState


class ProtestWindow(models.Model):
    """From when to when an award may be protested; the last instant counts as in time.

    An announcement opens one. After a sustained protest a second announcement may follow: the newest window counts.
    """

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="protest_windows")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    trace = models.ForeignKey("solicitations.Trace", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("protest window")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="protest_window_order", condition=Q(closes_at__gt=F("opens_at")))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Protest window of {self.solicitation_id}"


class Protest(models.Model):
    """One proposer's protest. While it is open the award does not go on, unless a signed determination lets it."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="protests")
    window = models.ForeignKey(ProtestWindow, models.PROTECT, related_name="protests")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="protests")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="protests")
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ProtestState], default=ProtestState.FILED
    )
    grounds = models.TextField(_("grounds"))
    remedy = models.TextField(_("what is asked for"), blank=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    decision = models.TextField(_("decision"), blank=True)
    follows = models.CharField(_("what follows"), max_length=12, choices=ProtestFollows, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("protest")
        ordering = ["filed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["window", "proposal"], name="protest_once_a_window"),
            # Decided and its consequence are written in one act, just before the workflow changes the status.
            models.CheckConstraint(
                name="protest_sustained_says_what_follows",
                condition=~Q(status=ProtestState.SUSTAINED) | ~Q(follows=""),
            ),
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
