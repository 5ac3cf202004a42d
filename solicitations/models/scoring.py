"""Scores, consensus and the tally. A locked score never changes; a consensus change is a row of its own with its reason."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.evaluation import Assignment, Evaluation, PanelMember
from solicitations.models.opening import OpenedProposal

# Bounds and locks hold for whoever writes, the owner of the database included.
_WITHIN_BOUNDS = """
    IF NEW.points < 0 OR NEW.points > (SELECT max_points FROM solicitations_criterion WHERE id = NEW.criterion_id) THEN
        RAISE EXCEPTION 'a score lies between zero and the highest score of its criterion';
    END IF;
    RETURN NEW;
"""
_LOCKED = """
    IF EXISTS (SELECT 1 FROM solicitations_assignment WHERE id = OLD.assignment_id AND locked_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a locked score does not change';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
_CHANGE_WITHIN_BOUNDS = """
    IF NEW.after < 0 OR NEW.after > (
        SELECT c.max_points FROM solicitations_score s JOIN solicitations_criterion c ON c.id = s.criterion_id
        WHERE s.id = NEW.score_id
    ) THEN
        RAISE EXCEPTION 'a score lies between zero and the highest score of its criterion';
    END IF;
    RETURN NEW;
"""


class Score(models.Model):
    """One reader's points for one criterion of one proposal, with the reason. `share`: the proposer reads the reason."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey("solicitations.Criterion", models.PROTECT, related_name="scores")
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    reason = models.TextField(_("reason"))
    share = models.BooleanField(_("the proposer may read this reason"), default=False)
    saved_at = models.DateTimeField(db_default=PortalNow())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("score")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="score_once"),
            models.CheckConstraint(name="score_not_negative", condition=Q(points__gte=0)),
            models.CheckConstraint(name="score_reasoned", condition=~Q(reason="")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_bounds",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func=_WITHIN_BOUNDS,
            ),
            pgtrigger.Trigger(
                name="locked_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=_LOCKED,
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class ConsensusMeeting(models.Model):
    """A meeting called because the readers of one proposal lie too far apart on one criterion.

    `spread` and `bound` are points: what was found, and above what a meeting is called.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="meetings")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="meetings")
    criterion = models.ForeignKey("solicitations.Criterion", models.PROTECT, related_name="+")
    spread = models.DecimalField(max_digits=5, decimal_places=2)
    bound = models.DecimalField(max_digits=5, decimal_places=2)
    called_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    present = models.ManyToManyField(PanelMember, related_name="meetings")
    held_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("consensus meeting")
        ordering = ["proposal__position", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "criterion"], name="consensus_meeting_once"),
            models.CheckConstraint(name="consensus_meeting_called_for", condition=Q(spread__gt=F("bound"))),
            models.CheckConstraint(
                name="consensus_meeting_closed_whole",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | (Q(closed_at__isnull=False, closed_by__isnull=False, held_at__isnull=False) & ~Q(note="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting on {self.proposal_id}, {self.criterion_id}"


class ScoreChange(models.Model):
    """A locked score's change in a consensus meeting: before, after, why, by the reader whose score it is."""

    score = models.ForeignKey(Score, models.PROTECT, related_name="changes")
    meeting = models.ForeignKey(ConsensusMeeting, models.PROTECT, related_name="changes")
    before = models.DecimalField(max_digits=5, decimal_places=2)
    after = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("change of a score")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="score_change_changes", condition=~Q(before=F("after"))),
            models.CheckConstraint(name="score_change_reasoned", condition=~Q(reason="")),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="within_bounds", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_CHANGE_WITHIN_BOUNDS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score_id}: {self.before} to {self.after}"


class Tally(models.Model):
    """The ranking as it was computed: every row it was computed from, the result, its digest and its trace.

    `content`: {"criteria": […], "scores": […], "result": {…}}, the rows anybody can recompute it from. The newest counts;
    it is compared with the score tables each time something rests on it.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="tallies")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    trace = models.ForeignKey("solicitations.Trace", models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("tally")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "number"], name="tally_number")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Tally {self.number} of {self.evaluation_id}"
