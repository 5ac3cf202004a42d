"""What an organization may limit a role to in this app: one of its answers, one of its contracts (`people/scopes.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.people.scopes import ScopeKind
from solicitations.models.cure import ClarificationRequest, CureItem, Interview
from solicitations.models.execution import StepReturn
from solicitations.models.renewal import RenewalOffer
from solicitations.queries import contract, execution, renewal, submission

MOST = 200  # of each kind in the form, newest first


def _answers(actor: Actor, only: str) -> Iterable[tuple[int, str]]:
    rows = submission.own(actor).filter(pk=only) if only else submission.own(actor).order_by("-pk")
    found = rows.select_related(None).values_list("pk", "solicitation__number", "solicitation__title")
    return [(pk, f"{number} {title}") for pk, number, title in found[:MOST]]


def _contracts(actor: Actor, only: str) -> Iterable[tuple[int, str]]:
    rows = contract.own(actor).filter(pk=only) if only else contract.own(actor).order_by("-pk")
    found = rows.select_related(None).values_list("pk", "number", "title")
    return [(pk, f"{number} {title}") for pk, number, title in found[:MOST]]


def _of_answers(actor: Actor) -> Iterable[QuerySet[Any]]:
    """The answers, and what is asked about them between opening and decision."""
    seen = submission.own(actor).select_related(None).order_by()
    yield seen
    for asked in (CureItem, ClarificationRequest, Interview):
        yield asked.objects.filter(proposal__submission__in=seen.values("pk"))


def _of_contracts(actor: Actor) -> Iterable[QuerySet[Any]]:
    """The contracts, their steps, what was sent back, and terms offered for a renewal."""
    yield contract.own(actor).select_related(None).order_by()
    steps = execution.step_rows(actor).select_related(None)
    yield steps
    yield StepReturn.objects.filter(step__in=steps.values("pk"))
    yield RenewalOffer.objects.filter(item__in=renewal.own_items(actor).order_by().values("pk"))


SUBMISSION_SCOPE = ScopeKind(group=_("One answer"), one=_("for one answer"), choices=_answers, subjects=_of_answers)
CONTRACT_SCOPE = ScopeKind(
    group=_("One contract"), one=_("for one contract"), choices=_contracts, subjects=_of_contracts
)
