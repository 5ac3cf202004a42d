"""The ways of an award and of a protest, as tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import Transition, Workflow
from solicitations.models.award import Award, LegislativeApproval, NegotiationAgreement
from solicitations.models.protest import Protest, ProtestDetermination, ProtestWindow
from solicitations.states import AwardState, DeterminationKind, LegislativeResult, ProtestState, Side
from solicitations.workflow.notice import of_own_department

A = AwardState
P = ProtestState


def award_of_own_department(subject: Award, actor: Actor) -> None:
    """As for the notice itself."""
    of_own_department(subject.solicitation, actor)


def own_award(subject: Award, actor: Actor) -> None:
    """An organization answers for its own awards alone."""
    if not actor.is_system and actor.organization_id != subject.organization_id:
        raise Refused(str(_("This award belongs to another organization.")))


def no_protest_in_the_way(subject: Award, actor: Actor) -> None:
    """An award goes on when the protest window has passed and no protest is open.

    An open protest suspends it, unless the chief procurement officer determined in public that the award proceeds.
    """
    window = ProtestWindow.objects.filter(solicitation_id=subject.solicitation_id).order_by("-pk").first()
    if window is None or in_time(now(), window.closes_at):
        raise Refused(str(_("The protest window has not passed.")))
    proceeds = ProtestDetermination.objects.filter(kind=DeterminationKind.PROCEED).values("protest")
    open_protests = Protest.objects.filter(solicitation_id=subject.solicitation_id, status=P.FILED)
    if open_protests.exclude(pk__in=proceeds).exists():
        raise Refused(str(_("A protest is open. The award is suspended until it is decided.")))


def both_agreed(subject: Award, actor: Actor) -> None:
    """Scope and budget are agreed when both sides agreed to one and the same version."""
    agreed = NegotiationAgreement.objects.filter(version__award=subject)
    sides: dict[int, set[str]] = {}
    for version_id, side in agreed.values_list("version_id", "side"):
        sides.setdefault(version_id, set()).add(side)
    if not any(set(Side.values) <= found for found in sides.values()):
        raise Refused(str(_("Both sides have not agreed to the same version yet.")))


def legislature_approved(subject: Award, actor: Actor) -> None:
    """Where the amount asks for the legislative body, its approval comes before the contract."""
    step = LegislativeApproval.objects.filter(award=subject).first()
    if step is not None and step.result != LegislativeResult.APPROVED:
        raise Refused(str(_("%(body)s has not approved it yet.") % {"body": step.body}))


AWARD = Workflow(
    name="award",
    field="status",
    states=AwardState,
    initial=A.ANNOUNCED,
    public={
        A.ANNOUNCED: _("Awarded, protest window open"),
        A.NEGOTIATING: _("Scope and budget in negotiation"),
        A.AGREED: _("Scope and budget agreed"),
        A.CONTRACTED: _("Contract made"),
        A.WAITING: _("On the waiting list"),
        A.DECLINED: _("Declined by the organization"),
        A.RESCINDED: _("Rescinded"),
        A.LAPSED: _("Waiting list ended"),
    },
    transitions=(
        Transition(
            act="negotiate",
            source=(A.ANNOUNCED,),
            target=A.NEGOTIATING,
            permission="solicitations.negotiate",
            label=_("Begin with scope and budget"),
            guards=(award_of_own_department, no_protest_in_the_way),
        ),
        Transition(
            act="call",
            source=(A.WAITING,),
            target=A.NEGOTIATING,
            permission="solicitations.award",
            label=_("Call from the waiting list"),
            guards=(award_of_own_department, no_protest_in_the_way),
        ),
        Transition(
            act="agree",
            source=(A.NEGOTIATING,),
            target=A.AGREED,
            permission="",  # follows from the second side's agreement
            label=_("Both sides have agreed"),
            guards=(both_agreed,),
        ),
        Transition(
            act="renegotiate",
            source=(A.AGREED,),
            target=A.NEGOTIATING,
            permission="solicitations.negotiate",
            label=_("Open scope and budget again"),
            guards=(award_of_own_department,),
        ),
        Transition(
            act="contract",
            source=(A.AGREED,),
            target=A.CONTRACTED,
            permission="solicitations.prepare_contract",
            label=_("Make the contract"),
            guards=(award_of_own_department, no_protest_in_the_way, both_agreed),
        ),
        Transition(
            act="decline",
            source=(A.ANNOUNCED, A.NEGOTIATING, A.AGREED, A.WAITING),
            target=A.DECLINED,
            permission="contracts.sign",
            label=_("Decline the award"),
            guards=(own_award,),
            irreversible=True,
        ),
        Transition(
            act="rescind",
            source=(A.ANNOUNCED, A.NEGOTIATING, A.AGREED),
            target=A.RESCINDED,
            permission="solicitations.award",
            label=_("Rescind the award"),
            guards=(award_of_own_department,),
            irreversible=True,
        ),
        Transition(
            act="lapse",
            source=(A.WAITING,),
            target=A.LAPSED,
            permission="solicitations.award",
            label=_("End the waiting list"),
            guards=(award_of_own_department,),
            irreversible=True,
        ),
    ),
    final=frozenset({A.CONTRACTED, A.DECLINED, A.RESCINDED, A.LAPSED}),
)


def protest_of_own_jurisdiction(subject: Protest, actor: Actor) -> None:
    """The chief procurement officer decides the protests of the own jurisdiction."""
    if not actor.is_system and actor.jurisdiction != subject.solicitation.department.jurisdiction:
        raise Refused(str(_("This belongs to the other government.")))


def own_protest(subject: Protest, actor: Actor) -> None:
    """Who filed a protest withdraws it."""
    if actor.organization_id != subject.organization_id:
        raise Refused(str(_("This protest belongs to another organization.")))


PROTEST = Workflow(
    name="protest",
    field="status",
    states=ProtestState,
    initial=P.FILED,
    public={
        P.FILED: _("Filed, not decided yet"),
        P.SUSTAINED: _("Sustained"),
        P.DENIED: _("Denied"),
        P.WITHDRAWN: _("Withdrawn"),
    },
    transitions=(
        Transition(
            act="sustain",
            source=(P.FILED,),
            target=P.SUSTAINED,
            permission="solicitations.decide_protest",
            label=_("Sustain the protest"),
            guards=(protest_of_own_jurisdiction,),
            irreversible=True,
        ),
        Transition(
            act="deny",
            source=(P.FILED,),
            target=P.DENIED,
            permission="solicitations.decide_protest",
            label=_("Deny the protest"),
            guards=(protest_of_own_jurisdiction,),
            irreversible=True,
        ),
        Transition(
            act="withdraw",
            source=(P.FILED,),
            target=P.WITHDRAWN,
            permission="awards.protest",
            label=_("Withdraw the protest"),
            guards=(own_protest,),
            irreversible=True,
        ),
    ),
    final=frozenset({P.SUSTAINED, P.DENIED, P.WITHDRAWN}),
)
