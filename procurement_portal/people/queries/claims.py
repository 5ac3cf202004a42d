"""Claims to sign, and the papers that can show them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.invitation import SignatoryClaim


def papers(organization_id: int) -> QuerySet[Any]:
    """The organization's documents in its vault, by the foreign key's own model (the documents room stands above this one)."""
    documents = SignatoryClaim._meta.get_field("proof").related_model
    return documents._default_manager.filter(  # type: ignore[union-attr]
        organization_id=organization_id, removed_at__isnull=True
    ).order_by("title")


def claims(actor: Actor) -> QuerySet[SignatoryClaim]:
    """Undecided claims this actor may see: of their own organization, or all for who checks identities."""
    rows = SignatoryClaim.objects.filter(decided_at__isnull=True).select_related("user", "organization", "proof")
    if actor.can("people.check_identity"):
        return rows.order_by("made_at")
    if actor.organization_id and actor.can("organization.view"):
        return rows.filter(organization_id=actor.organization_id).order_by("made_at")
    return rows.none()
