"""Renewals, extensions and amendments made together, from last year's terms with only the changes to confirm."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.states import AmendmentKind, OfferAnswer, RenewalState


class RenewalBatch(models.Model):
    """One batch of a department: the same kind of change for many contracts. `reason` goes into each amendment."""

    department = models.ForeignKey("people.Department", models.PROTECT, related_name="renewal_batches")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=AmendmentKind)
    months = models.PositiveSmallIntegerField(_("months"), null=True)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    sent_at = models.DateTimeField(null=True)  # the first time
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("renewal batch")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="renewal_batch_reasoned", condition=~Q(reason="")),
            models.CheckConstraint(
                name="renewal_batch_sent_pair",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RenewalItem(models.Model):
    """One contract in a batch and the terms the department works on: what changes against last year's.

    What was sent stands in its offers, one row each time; the terms here are the draft of the next. `held_why` says why the
    last attempt did not send it. `legislative_file` names the approval of the legislative body where the amount asks for one.
    """

    batch = models.ForeignKey(RenewalBatch, models.PROTECT, related_name="items")
    contract = models.ForeignKey("solicitations.Contract", models.PROTECT, related_name="renewals")
    amendment = models.OneToOneField("solicitations.Amendment", models.PROTECT, null=True, related_name="renewal")
    status = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RenewalState], default=RenewalState.DRAFT
    )
    amount_change = models.DecimalField(_("change of the amount"), max_digits=14, decimal_places=2, default=0)
    new_ends_on = models.DateField(_("new end"), null=True)
    scope_change = models.TextField(_("changes of scope"), blank=True)
    note = models.TextField(_("note to the organization"), blank=True)
    legislative_file = models.CharField(_("file of the legislative approval"), max_length=80, blank=True)
    held_why = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    dropped_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("renewal of a contract")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "contract"], condition=Q(dropped_at__isnull=True), name="renewal_item_once"
            ),
            models.CheckConstraint(
                name="renewal_item_confirmed_drafted",
                condition=~Q(status=RenewalState.CONFIRMED) | Q(amendment__isnull=False),
            ),
            models.CheckConstraint(
                name="renewal_item_dropped_said",
                condition=~Q(status=RenewalState.DROPPED) | Q(dropped_at__isnull=False),
            ),
            models.CheckConstraint(
                name="renewal_item_dropped_whole",
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True, dropped_why="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(dropped_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} in {self.batch_id}"


class RenewalOffer(models.Model):
    """The terms as they were sent to the organization, and its answer. Terms never change; a change is the next offer.

    `checks`: [{"check": "options_left", "ok": true, "hard": true, "words": "…"}], as they stood when it was sent.
    """

    item = models.ForeignKey(RenewalItem, models.PROTECT, related_name="offers")
    number = models.PositiveSmallIntegerField()
    amount_change = models.DecimalField(max_digits=14, decimal_places=2)
    new_ends_on = models.DateField(null=True)
    scope_change = models.TextField(blank=True)
    note = models.TextField(blank=True)
    checks = models.JSONField(default=list)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=OfferAnswer, blank=True)
    reply = models.TextField(blank=True)  # what the organization wants changed, or why it was withdrawn
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("offer of a renewal")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="renewal_offer_number"),
            models.UniqueConstraint(fields=["item"], condition=Q(answer=""), name="renewal_offer_one_open"),
            models.CheckConstraint(
                name="renewal_offer_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="", reply="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="renewal_offer_changes_said",
                condition=Q(answer__in=["", OfferAnswer.CONFIRMED]) | ~Q(reply=""),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_sent",
                fields=["item", "number", "amount_change", "new_ends_on", "scope_change", "note", "checks", "sent_by"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="answered_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.answer <> '' AND (NEW.answer, NEW.reply) IS DISTINCT FROM (OLD.answer, OLD.reply) THEN
                        RAISE EXCEPTION 'an offer is answered once';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.number} of {self.item_id}"


class EndDecision(models.Model):
    """A contract is let end on its last day: by whom, why. Taken back openly; a contract that goes on has a new last day."""

    contract = models.ForeignKey("solicitations.Contract", models.PROTECT, related_name="end_decisions")
    ends_on = models.DateField()
    why = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_back_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("decision that a contract ends")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "ends_on"], condition=Q(taken_back_at__isnull=True), name="end_decision_once"
            ),
            models.CheckConstraint(name="end_decision_reasoned", condition=~Q(why="")),
            models.CheckConstraint(
                name="end_decision_taken_back_whole",
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True, taken_back_why="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_why="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="as_decided", fields=["contract", "ends_on", "why", "decided_by"]),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} ends {self.ends_on}"
