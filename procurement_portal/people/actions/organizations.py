"""Registering organizations and keeping what they say about themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Func, Value
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.people.actions.roles import open_membership
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.events import OrganizationRegistered, VentureNamed
from procurement_portal.people.models.body import Organization, Venturer
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.models.user import User
from procurement_portal.people.queries.organizations import same_name
from procurement_portal.people.roles import ADMINISTRATOR
from procurement_portal.time.clock import now
from procurement_portal.vault.fields import blind_index
from procurement_portal.web.refusal import Invalid, Refused

PROFILE_FIELDS = (
    "mission", "people", "leadership", "community_areas", "languages", "budget", "street", "city", "state", "zip_code",
    "phone", "website",
)  # fmt: skip
EIN_DIGITS = 9
WHOLE = Decimal(100)


def register_organization(
    *,
    actor: Actor,
    kind: str,
    name: str,
    also_known_as: str = "",
    another_of_that_name: bool = False,
    venturers: Sequence[tuple[str, Decimal]] = (),
) -> Organization:
    """Register an organization; the person becomes its administrator (not its signatory: that needs proof of authority).

    `venturers` (a joint venture only): legal name as registered here and share in percent; together 100. Raises Invalid: an
    empty name, a name that is registered already unless `another_of_that_name` says it is another one, venturers that do not
    add up or are not registered. The answer never tells more about the other organization than that its name is taken.
    """
    if actor.user_id is None:
        raise Refused(gettext("Sign in first."))
    name, also_known_as = " ".join(name.split()), " ".join(also_known_as.split())
    if kind not in Organization.Kind.values:
        raise Invalid({"kind": [gettext("Choose what kind of organization it is.")]})
    if not name:
        raise Invalid({"name": [gettext("Enter the legal name.")]})
    with transaction.atomic():
        if same_name(name) and not another_of_that_name:
            raise Invalid(
                {
                    "another_of_that_name": [
                        gettext(
                            "An organization of this name, or nearly this name, is registered. If it is yours, ask a "
                            "colleague to invite you, or call us. If it is another one, say so here and go on."
                        )
                    ]
                }
            )
        organization = Organization.objects.create(kind=kind, name=name, also_known_as=also_known_as)
        Profile.objects.create(organization=organization)
        record(actor, "organization.register", organization, after={"kind": kind, "name": name})
        person = User.objects.get(pk=actor.user_id)
        body = Body(organization_id=organization.pk)
        open_membership(actor=actor, body=body, user=person, role=ADMINISTRATOR.name)
        _name_venturers(actor, organization, venturers)
        events.publish(OrganizationRegistered(organization_id=organization.pk, registered_by_id=actor.user_id))
    return organization


def _name_venturers(actor: Actor, venture: Organization, named: Sequence[tuple[str, Decimal]]) -> None:
    if venture.kind != Organization.Kind.JOINT_VENTURE:
        if named:
            raise Invalid({"venturers": [gettext("Only a joint venture has venturers.")]})
        return
    if len(named) < 2 or sum(share for _, share in named) != WHOLE or any(share <= 0 for _, share in named):
        raise Invalid({"venturers": [gettext("Name at least two venturers; their shares together are 100 percent.")]})
    for name, share in named:
        folded = Func(Value(" ".join(name.split())), function="portal_fold")
        found = list(Organization.objects.filter(sort_name=folded, closed_at__isnull=True).exclude(pk=venture.pk)[:2])
        if len(found) != 1:
            raise Invalid(
                {
                    "venturers": [
                        gettext("“%(name)s” is not registered under this name. It registers first.") % {"name": name}
                    ]
                }
            )
        if venture.venturers.filter(member=found[0]).exists():
            raise Invalid({"venturers": [gettext("“%(name)s” is named twice.") % {"name": name}]})
        Venturer.objects.create(venture=venture, member=found[0], share_percent=share)
        record(actor, "venture.name", venture, after={"venturer": found[0].name, "share_percent": str(share)})
        events.publish(VentureNamed(venture_id=venture.pk, member_id=found[0].pk))


def agree_to_venture(*, actor: Actor, venturer_id: int) -> Venturer:
    """An administrator of the named organization agrees to be a venturer. Raises Refused for anybody else."""
    with transaction.atomic():
        row = Venturer.objects.select_for_update().get(pk=venturer_id)
        if actor.organization_id != row.member_id or not actor.can("organization.manage"):
            raise Refused(gettext("Only an administrator of the named organization may agree."))
        if row.agreed_at is None:
            row.agreed_at, row.agreed_by_id = now(), actor.user_id
            row.save(update_fields=["agreed_at", "agreed_by"])
            record(actor, "venture.agree", row.venture, after={"venturer": str(row.member)})
    return row


def edit_profile(
    *, actor: Actor, organization_id: int, fields: Mapping[str, Any], also_known_as: str | None = None
) -> Profile:
    """Change the profile (`PROFILE_FIELDS` present in `fields`). Raises Refused without the right, Invalid per field."""
    _must_edit(actor, organization_id)
    with transaction.atomic():
        profile = _profile(organization_id)
        before, after = {}, {}
        for name in PROFILE_FIELDS:
            if name in fields and fields[name] != getattr(profile, name):
                before[name], after[name] = getattr(profile, name), fields[name]
                setattr(profile, name, fields[name])
        try:
            profile.clean_fields(exclude=["organization"])
        except ValidationError as wrong:
            raise Invalid(wrong.message_dict) from wrong
        if also_known_as is not None and also_known_as != profile.organization.also_known_as:
            before["also_known_as"], after["also_known_as"] = profile.organization.also_known_as, also_known_as
            Organization.objects.filter(pk=organization_id).update(also_known_as=also_known_as)
        if after:
            profile.save()
            record(actor, "organization.edit_profile", profile.organization, before=before, after=after)
    return profile


def set_ein(*, actor: Actor, organization_id: int, ein: str) -> bool:
    """Keep the EIN, encrypted; returns whether another organization has the same one (then a person looks into it).

    Raises Invalid unless it has nine digits. History says that it changed, never to what.
    """
    _must_edit(actor, organization_id)
    digits = "".join(character for character in ein if character.isdigit())
    if len(digits) != EIN_DIGITS:
        raise Invalid({"ein": [gettext("An EIN has nine digits, for example 12-3456789.")]})
    with transaction.atomic():
        profile = _profile(organization_id)
        profile.ein = f"{digits[:2]}-{digits[2:]}"
        profile.ein_index = blind_index(digits, "ein")
        profile.save()
        shared = Profile.objects.filter(ein_index=profile.ein_index).exclude(pk=profile.pk).exists()
        record(actor, "organization.set_ein", profile.organization, after={"shared_with_another": shared})
    return shared


def _profile(organization_id: int) -> Profile:
    Profile.objects.get_or_create(organization_id=organization_id)
    return (
        Profile.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(organization_id=organization_id)
    )


def _must_edit(actor: Actor, organization_id: int) -> None:
    if actor.is_system:
        return
    if actor.organization_id != organization_id or not actor.can("organization.edit_profile"):
        raise Refused(gettext("Only an administrator or signatory of the organization may change its profile."))
