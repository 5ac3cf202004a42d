"""What a role may be limited to: one department's matters, one answer, one contract. Each kind of record is registered once.

    scopes.register("solicitations.submission", ScopeKind(group=_("One answer"), one=_("for one answer"), choices=…))

Registered at start-up (`handoffs.py` lists them). Queries and actions ask `actor.can(permission, record.scope)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department
from procurement_portal.web import words

Scope = tuple[str, str]
EVERYWHERE: Scope = ("", "")
DEPARTMENT = "people.department"


@dataclass(frozen=True, kw_only=True)
class ScopeKind:
    """A kind of record a role may be limited to.

    `group` heads its records in the form, `one` says it beside a role; `choices(actor, only)` gives (id, name) of the records
    the actor's body has, newest first, or of the one with the id `only`. `subjects(actor)` gives the records, of this kind
    and of those that follow from it, which the actor reaches: their deadlines are the ones somebody with limited roles sees.
    """

    group: str | Promise
    one: str | Promise
    choices: Callable[[Actor, str], Iterable[tuple[int, str]]]
    subjects: Callable[[Actor], Iterable[QuerySet[Any]]]


_kinds: dict[str, ScopeKind] = {}


def register(kind: str, provider: ScopeKind) -> None:
    """Take a kind of record. Raises ValueError for one that another provider took."""
    if _kinds.get(kind, provider) is not provider:
        raise ValueError(f"a role may be limited to {kind} already")
    _kinds[kind] = provider


def offered(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (key, name) for a form: departments first, then each registered kind that has records. One query a kind."""
    groups = [
        (
            gettext("One department's matters"),
            [(key_of((DEPARTMENT, str(d.pk))), words.data(d)) for d in Department.objects.all()],
        )
    ]
    for kind, provider in _kinds.items():
        found = [(key_of((kind, str(pk))), words.data(name)) for pk, name in provider.choices(actor, "")]
        groups.append((str(provider.group), found))
    return [group for group in groups if group[1]]


def reached(actor: Actor) -> Iterator[QuerySet[Any]]:
    """For somebody who holds no role everywhere in the body acted for: the records their limited roles reach, a queryset a kind."""
    for provider in _kinds.values():
        yield from provider.subjects(actor)


def key_of(scope: Scope) -> str:
    """A scope as a form's value: "solicitations.submission:14", or "" for everywhere."""
    return ":".join(scope) if scope != EVERYWHERE else ""


def read(key: str) -> Scope:
    """The scope of a form's value."""
    kind, _colon, pk = key.partition(":")
    return (kind, pk) if kind and pk else EVERYWHERE


def kind_words(key: str) -> str:
    """Beside a role: what it is limited to, without naming the record."""
    kind = read(key)[0]
    if kind == DEPARTMENT:
        return gettext("for one department's matters")
    return str(_kinds[kind].one) if kind in _kinds else gettext("for one record")


def name_of(actor: Actor, scope: Scope) -> str:
    """The record a role is limited to, by name, if the actor's body has it; else what kind it is."""
    kind, pk = scope
    if kind == DEPARTMENT:
        found = Department.objects.filter(pk=pk).first()
        return str(found) if found else kind_words(key_of(scope))
    for _pk, name in _kinds[kind].choices(actor, pk) if kind in _kinds else ():
        return name
    return kind_words(key_of(scope))
