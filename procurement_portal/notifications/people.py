"""Notices about people, roles, absences and recoveries: what the people room announces."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from procurement_portal.notifications import recipients
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send
from procurement_portal.people import events
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.membership import Absence
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import ROLES


@dataclass(frozen=True, kw_only=True)
class AccountNotice(Notice):
    """Something about a person's account, roles or body, in one sentence."""

    template = "account_notice"
    category = Category.ACCOUNT
    legal = True  # whoever's rights change learns of it

    about: str  # what the key names
    name: str = ""
    other: str = ""

    @property
    def key(self) -> str:
        return self.about

    def subject(self) -> str:
        return self.sentence()

    @abstractmethod
    def sentence(self) -> str:
        """The sentence, in the active language."""

    def context(self) -> dict[str, object]:
        return {**super().context(), "sentence": self.sentence()}


class Invited(AccountNotice):
    """A role is offered; the invitation's own mail has the link."""

    kind = "people.invited"
    portal_only = True

    def sentence(self) -> str:
        return gettext("%(other)s invites you to act for %(name)s") % {"other": self.other, "name": self.name}


class InvitationAnswered(AccountNotice):
    """What became of an invitation."""

    kind = "people.invitation_answered"
    portal_only = True

    def sentence(self) -> str:
        if self.other == "accepted":
            return gettext("An invitation you made was accepted")
        if self.other == "declined":
            return gettext("An invitation you made was declined")
        return gettext("An invitation you made was revoked")


class RoleGiven(AccountNotice):
    """A role begins."""

    kind = "people.role_given"
    portal_only = True

    def sentence(self) -> str:
        return gettext("You are now: %(role)s, %(name)s") % {"role": ROLES[self.other].label, "name": self.name}


class RoleEnded(AccountNotice):
    """A role ends."""

    kind = "people.role_ended"

    def sentence(self) -> str:
        return gettext("You are no longer: %(role)s, %(name)s") % {"role": ROLES[self.other].label, "name": self.name}


class SignatoryClaimed(AccountNotice):
    """Somebody says they may sign."""

    kind = "people.signatory_claimed"

    def sentence(self) -> str:
        return gettext("%(other)s says they may sign for %(name)s") % {"other": self.other, "name": self.name}


class VentureNamed(AccountNotice):
    """A joint venture names the organization."""

    kind = "people.venture_named"

    def sentence(self) -> str:
        return gettext("%(other)s names %(name)s as one of its venturers: agree or decline") % {
            "other": self.other,
            "name": self.name,
        }


class StandIn(AccountNotice):
    """A deputy learns that they stand in."""

    kind = "people.stand_in"

    def sentence(self) -> str:
        return gettext("You stand in for %(other)s at their desks during an absence") % {"other": self.other}


class Engaged(AccountNotice):
    """An auditor may read."""

    kind = "people.engaged"

    def sentence(self) -> str:
        return gettext("An audit engagement was given to you")


class RecoveryNews(AccountNotice):
    """A recovery was asked for, checked, carried out or stopped; the people room sends the mails."""

    kind = "people.recovery"
    portal_only = True
    urgent = True

    def sentence(self) -> str:
        words = {
            "asked": gettext("%(name)s asks to recover access"),
            "checked": gettext("The identity of %(name)s was checked; access is recovered after a waiting period"),
            "done": gettext("The access of %(name)s was recovered"),
            "stopped": gettext("The recovery of access of %(name)s was stopped"),
        }
        return words[self.other] % {"name": self.name}


def tell_invited(event: events.InvitationMade) -> None:
    """Answer to `InvitationMade`."""
    if event.user_id is not None:
        notice = Invited(
            about=f"invitation:{event.invitation_id}", name=event.body, other=event.made_by,
            url=reverse("people:own_invitations"),
        )  # fmt: skip
        send(notice, to=recipients.user(event.user_id))


def tell_invitation_answered(event: events.InvitationAnswered) -> None:
    """Answer to `InvitationAnswered`: to whoever made it."""
    notice = InvitationAnswered(about=f"invitation:{event.invitation_id}:{event.outcome}", other=event.outcome)
    send(notice, to=recipients.user(event.made_by_id))


def tell_role_given(event: events.RoleGiven) -> None:
    """Answer to `RoleGiven`."""
    notice = RoleGiven(about=f"membership:{event.membership_id}", name=_body(event), other=event.role)
    send(notice, to=recipients.user(event.user_id))


def tell_role_ended(event: events.RoleEnded) -> None:
    """Answer to `RoleEnded`."""
    notice = RoleEnded(about=f"membership:{event.membership_id}", name=_body(event), other=event.role)
    send(notice, to=recipients.user(event.user_id))


def tell_claimed(event: events.SignatoryClaimed) -> None:
    """Answer to `SignatoryClaimed`: to the organization's administrators."""
    notice = SignatoryClaimed(
        about=f"claim:{event.claim_id}",
        name=str(Organization.objects.get(pk=event.organization_id)),
        other=_person(event.user_id),
        url=reverse("people:organization"),
    )
    others = recipients.organization(event.organization_id, ("administrator",))
    send(notice, to=[recipient for recipient in others if recipient.user and recipient.user.pk != event.user_id])


def tell_venture(event: events.VentureNamed) -> None:
    """Answer to `VentureNamed`: to the administrators of the organization named."""
    bodies = Organization.objects.in_bulk([event.venture_id, event.member_id])
    notice = VentureNamed(
        about=f"venture:{event.venture_id}:{event.member_id}",
        name=str(bodies[event.member_id]),
        other=str(bodies[event.venture_id]),
        url=reverse("people:organization"),
    )
    send(notice, to=recipients.organization(event.member_id))


def tell_absence(event: events.AbsenceNoted) -> None:
    """Answer to `AbsenceNoted`: to the deputy."""
    absence = Absence.objects.select_related("user").get(pk=event.absence_id)
    address = reverse("people:department") if absence.department_id else reverse("people:organization")
    notice = StandIn(about=f"absence:{absence.pk}", other=str(absence.user), url=address)
    send(notice, to=recipients.user(event.deputy_id))


def tell_engaged(event: events.EngagementGiven) -> None:
    """Answer to `EngagementGiven`: to the auditor."""
    notice = Engaged(about=f"engagement:{event.engagement_id}", url=reverse("people:who_viewed"))
    send(notice, to=recipients.user(event.auditor_id))


def tell_recovery(event: events.RecoveryAsked | events.RecoveryChecked | events.RecoveryEnded) -> None:
    """Answer to the three events of a recovery: to everybody who must know."""
    if isinstance(event, events.RecoveryEnded):
        stage = event.outcome
    else:
        stage = "checked" if isinstance(event, events.RecoveryChecked) else "asked"
    notice = RecoveryNews(about=f"recovery:{event.recovery_id}:{stage}", name=_person(event.user_id), other=stage)
    send(notice, to=recipients.users(event.tell))


def _person(user_id: int) -> str:
    return str(User.objects.get(pk=user_id))


def _body(event: events.RoleGiven | events.RoleEnded) -> str:
    if event.department_id is not None:
        return str(Department.objects.get(pk=event.department_id))
    return str(Organization.objects.get(pk=event.organization_id))
