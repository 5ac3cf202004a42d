"""Who may sign for an organization: claimed with a paper, confirmed by somebody else.

An administrator's own claim holds at once and is shown as self-declared until another administrator or a department has
looked at the paper; anybody else's holds from its acceptance on. A refusal ends it. (docs/guides/people.md says why.)
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.people.actions.roles import end_role, open_membership
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.events import SignatoryClaimed
from procurement_portal.people.models.invitation import SignatoryClaim
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.proof import need_second_factor
from procurement_portal.people.queries.claims import papers
from procurement_portal.people.roles import SIGNATORY
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused


def claim_to_sign(*, actor: Actor, organization_id: int, position: str, proof_id: int) -> SignatoryClaim:
    """Say that one may sign, with the paper (a document of the organization) that shows it.

    Raises Refused for non-members and without a second factor, Invalid without position or paper, Conflict for a second claim.
    """
    if actor.organization_id != organization_id or not actor.can("organization.view"):
        raise Refused(gettext("Only members of the organization may claim to sign for it."))
    need_second_factor(actor)
    position = " ".join(position.split())
    if not position:
        raise Invalid({"position": [gettext("Enter your position, for example executive director.")]})
    paper = papers(organization_id).filter(pk=proof_id).first()
    if paper is None:
        raise Invalid({"proof": [gettext("Choose the document that shows it, such as a board resolution.")]})
    with transaction.atomic():
        body = Body(organization_id=organization_id)
        organization = body.lock()
        if SignatoryClaim.objects.filter(
            organization_id=organization_id, user_id=actor.user_id, decided_at__isnull=True
        ).exists():
            raise Conflict(gettext("Your claim is waiting for confirmation already."))
        claim = SignatoryClaim.objects.create(
            organization_id=organization_id, user_id=actor.user_id, position=position, proof=paper
        )
        record(actor, "signatory.claim", organization, after={"position": position, "paper": str(paper)})
        if actor.can("organization.manage"):
            person = User.objects.get(pk=actor.user_id)
            membership = open_membership(actor=actor, body=body, user=person, role=SIGNATORY.name)
            Membership.objects.filter(pk=membership.pk).update(proof=paper)
        events.publish(SignatoryClaimed(claim_id=claim.pk, organization_id=organization_id, user_id=claim.user_id))
    return claim


def may_decide(actor: Actor, claim: SignatoryClaim) -> bool:
    """Another administrator of the organization, or whoever checks identities in a department; never the person themselves."""
    if actor.user_id == claim.user_id:
        return False
    own = actor.organization_id == claim.organization_id and actor.can("organization.manage")
    return own or actor.can("people.check_identity")


def decide_claim(*, actor: Actor, claim_id: int, accept: bool, reason: str = "") -> SignatoryClaim:
    """Confirm a claim, or refuse it with a reason (then the role ends). Raises Refused, Invalid, Conflict when decided."""
    with transaction.atomic():
        claim = SignatoryClaim.objects.select_for_update(of=("self",)).select_related("user").get(pk=claim_id)
        if not may_decide(actor, claim):
            raise Refused(gettext("Another administrator, or a department, confirms this."))
        need_second_factor(actor)
        if claim.decided_at:
            raise Conflict(gettext("This claim was decided already."), claim)
        if not accept and not reason.strip():
            raise Invalid({"reason": [gettext("Say why, so that the person can mend it.")]})
        body = Body(organization_id=claim.organization_id)
        organization = body.lock()
        present = now()
        claim.decided_at, claim.decided_by_id = present, actor.user_id
        claim.accepted, claim.reason = accept, reason.strip()
        claim.save(update_fields=["decided_at", "decided_by", "accepted", "reason"])
        record(
            actor, "signatory.confirm" if accept else "signatory.refuse", organization,
            after={"person": str(claim.user), "position": claim.position}, why=reason,
        )  # fmt: skip
        held = Membership.objects.filter(
            user=claim.user, role=SIGNATORY.name, scope_type="", ended_at__isnull=True, **body.fields
        ).first()
        if accept:
            held = held or open_membership(actor=actor, body=body, user=claim.user, role=SIGNATORY.name)
            Membership.objects.filter(pk=held.pk).update(
                proof=claim.proof, confirmed_at=present, confirmed_by_id=actor.user_id
            )
        elif held is not None and held.confirmed_at is None:
            end_role(actor=Actor.system("a refused claim to sign"), membership_id=held.pk, why=reason)
    return claim
