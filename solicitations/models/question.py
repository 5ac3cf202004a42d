"""Sections and questions: what a proposer is asked."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from solicitations.states import Marking, QuestionKind


class Section(models.Model):
    """A page of the form a proposer fills."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("introduction"), blank=True)

    class Meta:
        verbose_name = _("section")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="solicitations_section_position",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question.

    `key` stays the same through copies and addenda of one solicitation line; `revision` grows when an addendum changes
    the question, so that an answer can say which wording it was given to. `options` depends on `kind`
    (`question_options.SCHEMAS`). A question an addendum took away keeps its row with `withdrawn_at`.
    """

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind of answer"), max_length=10, choices=QuestionKind)
    prompt = models.TextField(_("question"))
    hint = models.TextField(_("hint"), blank=True)
    required = models.BooleanField(_("an answer is required"), default=True)
    marking = models.CharField(_("what the answer is for"), max_length=12, choices=Marking)
    criterion = models.ForeignKey("solicitations.Criterion", models.PROTECT, null=True, related_name="questions")
    options = models.JSONField(default=dict)
    word_limit = models.PositiveSmallIntegerField(_("most words"), null=True)
    revision = models.PositiveSmallIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("question")
        ordering = ["section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "key"], name="solicitations_question_key"),
            models.UniqueConstraint(
                fields=["section", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="solicitations_question_position",
            ),
            # "Scored without a criterion" may stand in a draft, and publication refuses it; a criterion on an answer
            # that earns no points is never right.
            models.CheckConstraint(
                name="solicitations_question_criterion_scored",
                condition=Q(criterion__isnull=True) | Q(marking=Marking.SCORED),
            ),
            models.CheckConstraint(
                name="solicitations_question_words_of_text",
                condition=Q(word_limit__isnull=True) | Q(kind=QuestionKind.TEXT, word_limit__gte=1),
            ),
            models.CheckConstraint(name="solicitations_question_revision", condition=Q(revision__gte=1)),
        ]

    def __str__(self) -> str:
        return self.prompt[:80]
