"""What an organization may limit a role to in this app: one of its answers, one of its contracts (`people/scopes.py`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.people.scopes import ScopeKind
from solicitations.queries import contract, submission

MOST = 200  # of each kind in the form, newest first


def _answers(actor: Actor, only: str) -> Iterable[tuple[int, str]]:
    rows = submission.own(actor).filter(pk=only) if only else submission.own(actor).order_by("-pk")
    found = rows.select_related(None).values_list("pk", "solicitation__number", "solicitation__title")
    return [(pk, f"{number} {title}") for pk, number, title in found[:MOST]]


def _contracts(actor: Actor, only: str) -> Iterable[tuple[int, str]]:
    rows = contract.own(actor).filter(pk=only) if only else contract.own(actor).order_by("-pk")
    found = rows.select_related(None).values_list("pk", "number", "title")
    return [(pk, f"{number} {title}") for pk, number, title in found[:MOST]]


SUBMISSION_SCOPE = ScopeKind(group=_("One answer"), one=_("for one answer"), choices=_answers)
CONTRACT_SCOPE = ScopeKind(group=_("One contract"), one=_("for one contract"), choices=_contracts)
