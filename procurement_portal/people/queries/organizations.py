"""Reading organizations."""

from __future__ import annotations

import re

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Func, QuerySet, Value
from django.db.models.functions import Cast

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization, Venturer
from procurement_portal.people.models.profile import Profile

# Words that do not tell two organizations apart.
_FORMS = re.compile(r"\b(the|inc|incorporated|llc|ltd|corp|corporation|co|company|nfp|not for profit)\b\.?", re.I)
NEARLY = 0.8  # trigram similarity from which two names are taken for nearly the same


def same_name(name: str) -> bool:
    """Whether an open organization bears this name or nearly this one. Tells that, and nothing else about it."""
    plain = " ".join(re.sub(r"[^\w\s]", " ", _FORMS.sub(" ", name)).split()) or name
    folded = Func(Value(plain), function="portal_fold", output_field=models.TextField())
    return (
        Organization.objects.filter(closed_at__isnull=True)
        .annotate(nearness=TrigramSimilarity("sort_name", Cast(folded, models.TextField())))  # type: ignore[arg-type]
        .filter(nearness__gte=NEARLY)
        .exists()
        or Organization.objects.filter(closed_at__isnull=True, name__iexact=name).exists()
    )


def organizations(actor: Actor) -> QuerySet[Organization]:
    """Organizations whose own pages this actor may read: the one acted for; for an auditor, those engaged for."""
    if actor.is_system:
        return Organization.objects.all()
    ids = {actor.organization_id} if actor.organization_id and actor.can("organization.view") else set()
    ids |= {number for kind, number in actor.audits if kind == "organization"}
    return Organization.objects.filter(pk__in=ids)


def profile_of(actor: Actor, organization: Organization) -> Profile | None:
    """The profile of an organization this actor may read; None before its first line."""
    return Profile.objects.filter(organization__in=organizations(actor), organization=organization).first()


def ventures_to_agree(actor: Actor) -> QuerySet[Venturer]:
    """Joint ventures that name the actor's organization and wait for its yes."""
    return Venturer.objects.filter(member_id=actor.organization_id or 0, agreed_at__isnull=True).select_related(
        "venture"
    )
