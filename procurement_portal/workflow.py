"""The only code that changes a status. Workflows are tables; diagrams and guides are drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models, transaction

from procurement_portal.history import telling
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.roles import roles_with
from procurement_portal.web.refusal import Conflict, Refused

Guard = Callable[[Any, Actor], None]  # raises Refused with the reason


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One allowed step: from which states, to which, by whom, if what holds."""

    act: str  # the verb, also in history: "publish"
    source: tuple[StrEnum, ...]
    target: StrEnum
    permission: str  # "" = the system alone
    label: Any  # what the button says: a text, translated when shown
    guards: tuple[Guard, ...] = ()
    law: str = ""
    irreversible: bool = False


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """All states and steps of one kind of record; `public` gives each state the name outsiders read."""

    name: str
    field: str
    states: type[StrEnum]
    initial: StrEnum
    public: dict[StrEnum, Any]
    transitions: tuple[Transition, ...]
    final: frozenset[StrEnum] = frozenset()

    def __post_init__(self) -> None:
        """History tells the states by their public names, and a step nobody gave words to by its button."""
        telling.VALUES[(self.name, self.field)] = {str(state): words for state, words in self.public.items()}
        for step in self.transitions:
            telling.ACTS.setdefault(f"{self.name}.{step.act}", step.label)

    def transition(self, act: str) -> Transition:
        """The step of that name. Raises KeyError for a name the table does not hold."""
        for step in self.transitions:
            if step.act == act:
                return step
        raise KeyError(f"{self.name} has no step {act!r}")

    def open_to(self, subject: models.Model, actor: Actor) -> Iterable[Transition]:
        """The steps this actor could take now from the record's state (guards not yet asked)."""
        state = getattr(subject, self.field)
        return [t for t in self.transitions if state in t.source and t.permission and actor.can(t.permission)]


def advance(
    workflow: Workflow,
    subject: models.Model,
    act: str,
    *,
    actor: Actor,
    why: str = "",
    **after: Any,
) -> None:
    """Take one step: lock the row, check state, permission and guards, change the state, record it.

    `after` adds facts to the history entry. Raises Refused with the reason when a guard or the permission says no, and
    Conflict when the record is no longer in a state the step starts from. Runs inside the caller's transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken inside the transaction of its action")
    step = workflow.transition(act)
    locked = type(subject)._base_manager.select_for_update().get(pk=subject.pk)
    current = workflow.states(getattr(locked, workflow.field))
    if current not in step.source:
        raise Conflict(
            f"This is now “{workflow.public[current]}”; “{step.label}” is no longer possible.",
            current,
        )
    if step.permission and not actor.can(step.permission):
        raise Refused(f"“{step.label}” is for {who_may(step.permission)}.")
    if not step.permission and not actor.is_system:
        raise Refused(f"“{step.label}” is done by the portal itself.")
    for guard in step.guards:
        guard(locked, actor)
    type(subject)._base_manager.filter(pk=subject.pk).update(**{workflow.field: step.target})
    setattr(subject, workflow.field, step.target)
    record(
        actor,
        f"{workflow.name}.{act}",
        subject,
        before={workflow.field: str(current)},
        after={workflow.field: str(step.target), **after},
        why=why,
        law=step.law,
    )


def who_may(permission: str) -> str:
    """The roles that hold a permission, in words."""
    return ", ".join(str(role.label) for role in roles_with(permission)) or "nobody"


def diagram(workflow: Workflow) -> str:
    """The workflow as a Mermaid state diagram, for docs/workflows/."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.initial}"]
    lines += [f"    {s} --> {t.target}: {t.act}" for t in workflow.transitions for s in t.source]
    lines += [f"    {state} --> [*]" for state in sorted(workflow.final)]
    return "\n".join(lines) + "\n"
