"""The controls of one criterion's score, under the same names for the whole page and for the field that saves itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from solicitations.actions.conflict import GROUNDS
from solicitations.models.criterion import Criterion
from solicitations.models.opening import OpenedProposal
from solicitations.models.scoring import Score

GROUND_CHOICES = [("", _("Choose")), *((ground.value, ground.label) for ground in GROUNDS)]


def group(criterion: Criterion | int) -> str:
    """The name of a criterion's group of controls."""
    return f"c-{criterion if isinstance(criterion, int) else criterion.pk}"


def controls(score: Score) -> dict[str, list[str]]:
    """What the controls of a saved score hold."""
    name = group(score.criterion_id)
    return {
        f"{name}.points": [plain(score)],
        f"{name}.reason": [score.reason],
        f"{name}.share": ["yes"] if score.share else [],
    }


def plain(score: Score) -> str:
    """The points without idle zeros: 3, 3.5."""
    return f"{score.points.normalize():f}"


def given(name: str, data: QueryDict) -> dict[str, Any]:
    """What the controls of a group hold, as `scoring.save` takes it."""
    return {
        "points": data.get(f"{name}.points", ""),
        "reason": data.get(f"{name}.reason", ""),
        "share": data.get(f"{name}.share", "") == "yes",
    }


@dataclass
class ShownScore:
    """A criterion as the page draws it: scale, answers, what its controls hold, what is wrong."""

    criterion: Criterion
    answers: list[Any]
    points: str = ""
    reason: str = ""
    share: bool = False
    version: int = 0
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    theirs: str = ""

    @property
    def name(self) -> str:
        """The name of its group of controls."""
        return group(self.criterion)

    @property
    def saved(self) -> bool:
        """Whether points are saved."""
        return self.version > 0


class ConflictForm(forms.Form):
    """A conflict noticed later."""

    ground = forms.ChoiceField(label=_("What kind of conflict is it?"), choices=GROUND_CHOICES)
    statement = forms.CharField(
        label=_("What connects you"), widget=forms.Textarea({"rows": 3}), max_length=2000,
        help_text=_("A sentence is enough. The officers of the evaluation read it."),
    )  # fmt: skip


@dataclass
class ProposerRow:
    """One proposer on the page of declarations: the checkbox, the ground, the sentence, and what is wrong with them."""

    proposal: OpenedProposal
    boards: list[Any]
    marked: bool = False
    ground: str = ""
    statement: str = ""
    errors: list[str] = field(default_factory=list)


def declared_in(data: QueryDict, proposals: Iterable[OpenedProposal]) -> tuple[dict[int, tuple[str, str]], list[int]]:
    """(conflicts as `conflict.declare` takes them, the proposals that were on the page)."""
    conflicts = {
        p.pk: (data.get(f"ground-{p.pk}", ""), data.get(f"statement-{p.pk}", ""))
        for p in proposals
        if f"conflict-{p.pk}" in data
    }
    return conflicts, [int(pk) for pk in data.getlist("seen") if pk.isascii() and pk.isdigit()]
