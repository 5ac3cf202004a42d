"""Questions about notices: the public bundle, what waits at the desk without the asker, and what an organization asked."""

from __future__ import annotations

from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from solicitations.models.inquiry import Inquiry
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal, visible
from solicitations.states import InquiryState, SolicitationState

# What anybody but the asker reads: never `organization`, `asked_by`.
WITHOUT_ASKER = ("organization", "asked_by")


def bundle(actor: Actor, solicitation: Solicitation) -> QuerySet[Inquiry]:
    """The published questions and answers of a notice the actor may see, in order; part of the notice."""
    return (
        Inquiry.objects.filter(
            solicitation__in=visible(actor).filter(pk=solicitation.pk), status=InquiryState.PUBLISHED
        )
        .defer(*WITHOUT_ASKER)
        .order_by("number")
    )


def for_staff(actor: Actor) -> QuerySet[Inquiry]:
    """Every question about the solicitations this actor sees as staff, without who asked."""
    return (
        Inquiry.objects.filter(solicitation__in=internal(actor))
        .select_related("solicitation__department", "answered_by")
        .defer(*WITHOUT_ASKER)
        .order_by("asked_at", "pk")
    )


def own(actor: Actor) -> QuerySet[Inquiry]:
    """What the actor's organization asked; nobody else sees this."""
    if actor.organization_id is None:
        return Inquiry.objects.none()
    return (
        Inquiry.objects.filter(organization_id=actor.organization_id)
        .select_related("solicitation__department")
        .order_by("-asked_at", "-pk")
    )


def may_ask(actor: Actor, solicitation: Solicitation) -> bool:
    """Whether the actor could ask now: a member of an organization, while questions are taken by the database's clock."""
    return (
        actor.organization_id is not None
        and solicitation.status == SolicitationState.PUBLISHED
        and solicitation.questions_due_at is not None
        and in_time(now(), solicitation.questions_due_at)
    )
