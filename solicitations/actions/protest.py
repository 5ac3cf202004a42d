"""File, withdraw and decide a protest; determine in public what happens while one is open.

The instant a protest arrived is asked of the database first, before any wait for a lock. One that comes after the window is
refused with both instants, and what was sent stays in the history as evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.notice import Notice
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.time.clock import CHICAGO, chicago, in_time, now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.award import evaluate_again
from solicitations.actions.award_ground import (
    ask_rule,
    chief_of,
    chiefs,
    end,
    lock_solicitation,
    need,
    not_past,
    resume_clocks,
    suspend_clocks,
    tell_organization,
)
from solicitations.actions.publication import CLOSING_HOUR
from solicitations.events import IncumbentExtended, ProtestDecided, ProtestFiled
from solicitations.models.award import Award
from solicitations.models.contract import Amendment, Contract
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest, ProtestDetermination
from solicitations.models.solicitation import Solicitation
from solicitations.notifications import protest as notices
from solicitations.queries import protest as queries
from solicitations.queries.award import window_of
from solicitations.queries.submission import arrival
from solicitations.states import (
    AmendmentState,
    AwardState,
    DeterminationKind,
    ProtestFollows,
    ProtestState,
)
from solicitations.workflow.award import AWARD, PROTEST, protest_of_own_jurisdiction

DECISION_RULE = "solicitations.protest_decision"
CITATION = "Portal policy, protests"
_MOST_EVIDENCE = 4000  # characters of a late protest kept in the history


class TooLate(Refused):
    """The protest came after the window. Carries both instants; what was sent has been kept as evidence."""

    def __init__(self, closes_at: datetime, received_at: datetime) -> None:
        self.closes_at, self.received_at = closes_at, received_at
        super().__init__(
            _(
                "The protest window closed %(closed)s. This arrived %(received)s, by the portal's clock, and cannot be taken."
                " We keep what you sent as evidence of when it came."
            )
            % {"closed": words.exact(closes_at), "received": words.exact(received_at)}
        )


def file(
    *, actor: Actor, proposal_id: int, grounds: str, remedy: str = "", typed_name: str, at: datetime | None = None
) -> Protest:
    """File the protest of a proposer that was not awarded, or awarded less than it asked for.

    `at` is when the last byte was here, if that was noted before. Raises TooLate after the window's last instant, Invalid at
    the field, Conflict for a second protest in one window, Refused otherwise, Http404 for another's proposal.
    """
    with transaction.atomic():
        received_at = at or arrival().at
        proposal = found_or_404(queries.own_proposal(actor), pk=proposal_id)
        need(actor, "awards.protest")
        need_second_factor(actor)
        row = proposal.solicitation = lock_solicitation(proposal.solicitation_id)
        window = window_of(row)
        if window is None or received_at < window.opens_at:
            raise Refused(_("No award has been announced that could be protested."))
        late = not in_time(received_at, window.closes_at)
        if late:
            record(
                actor,
                "protest.late",
                proposal,
                after={
                    "closed_at": window.closes_at.isoformat(),
                    "received_at": received_at.isoformat(),
                    "grounds": grounds[:_MOST_EVIDENCE],
                },
            )
        else:
            return _file(actor, row, proposal, grounds, remedy, typed_name, received_at)
    raise TooLate(window.closes_at, received_at)


def _file(
    actor: Actor,
    row: Solicitation,
    proposal: OpenedProposal,
    grounds: str,
    remedy: str,
    typed_name: str,
    received_at: datetime,
) -> Protest:
    refused = queries.no_ground(proposal)
    if refused:
        raise Refused(refused)
    window = window_of(row)
    assert window is not None
    if Protest.objects.filter(window=window, proposal=proposal).exists():
        raise Conflict(_("Your organization filed a protest about these awards already."))
    problems = _name_problems(actor, typed_name)
    if not grounds.strip():
        problems["grounds"] = [_("Say what was wrong, and where you see it.")]
    if problems:
        raise Invalid(problems)
    protest = Protest.objects.create(
        solicitation=row,
        window=window,
        proposal=proposal,
        organization_id=proposal.organization_id,
        grounds=grounds.strip(),
        remedy=remedy.strip(),
        filed_by_id=actor.user_id,
        filed_at=received_at,
    )
    record(actor, "protest.file", protest, after={"filed_at": received_at.isoformat(), "signed": typed_name.strip()})
    decide_by = _decision_clock(actor, row, protest)
    suspend_clocks(row, actor=actor)
    events.publish(ProtestFiled(solicitation_id=row.pk, protest_id=protest.pk))
    told = notices.ProtestFiled(
        protest_id=protest.pk,
        number=row.number,
        title=row.title,
        organization=proposal.organization.name,
        filed_at=received_at,
        decide_by=decide_by,
        url=reverse("solicitations:results", args=[row.number]),
    )
    _tell(row, told, [protest.organization_id])
    return protest


def _name_problems(actor: Actor, typed_name: str) -> dict[str, list[str]]:
    if " ".join(typed_name.split()).casefold() == " ".join(actor.name.split()).casefold():
        return {}
    return {"typed_name": [_("Type your name as it stands in your account: %(name)s.") % {"name": actor.name}]}


def _decision_clock(actor: Actor, row: Solicitation, protest: Protest) -> datetime:
    day = protest.filed_at.astimezone(CHICAGO).date()
    _trace, answer = ask_rule(DECISION_RULE, {"filed_on": day}, protest, row.department.jurisdiction, day)
    due = not_past(chicago(answer["decide_by"], CLOSING_HOUR))
    holder = chief_of(row)
    if holder:
        clocks.start(
            protest,
            rule=DECISION_RULE,
            citation=CITATION,
            what=_("Decide the protest about %(number)s") % {"number": row.number},
            due_at=due,
            url=reverse("solicitations:protest", args=[row.number, protest.pk]),
            about=row.title,
            actor=actor,
            **holder,
        )
    return due


def _tell(row: Solicitation, notice: Notice, organizations: Iterable[int] = ()) -> None:
    """Tell the chief, the department's officers, and every organization awarded, waiting or named; each person once."""
    people = list(recipients.users(chiefs(row).values_list("user_id", flat=True)))
    people += recipients.department(row.department_id, ["procurement_officer", "program_officer"])
    concerned = set(organizations)
    concerned |= set(
        Award.objects.filter(solicitation=row)
        .exclude(status__in=[AwardState.DECLINED, AwardState.LAPSED])
        .values_list("organization_id", flat=True)
    )
    for organization_id in sorted(concerned):
        people += recipients.organization(organization_id)
    send(notice, to=people)


@transaction.atomic
def withdraw(*, actor: Actor, protest_id: int, why: str = "") -> Protest:
    """The organization takes its protest back; the awards go on when no other is open. Raises Conflict, Refused, Http404."""
    found = found_or_404(queries.own(actor), pk=protest_id)
    row = lock_solicitation(found.solicitation_id)
    need_second_factor(actor)
    protest = Protest.objects.select_for_update().get(pk=protest_id)
    protest.solicitation = row
    advance(PROTEST, protest, "withdraw", actor=actor, why=why.strip())
    _ended(actor, row, protest, "withdrawn")
    return protest


@transaction.atomic
def decide(
    *, actor: Actor, protest_id: int, sustain: bool, decision: str, follows: str = "", award_ids: Iterable[int] = ()
) -> Protest:
    """Decide a protest in words everybody reads.

    A sustained one says what follows: the named awards are rescinded, all awards end and the answers are evaluated again,
    or the awards stand. Raises Invalid at the field, Refused (not the chief of this government; a contract was made
    already), Conflict when it is decided.
    """
    row, protest = _for_chief(actor, protest_id)
    named = set(award_ids) if sustain and follows == ProtestFollows.RESCIND else set()
    awards = list(Award.objects.select_for_update(of=("self",)).filter(solicitation=row, pk__in=named))
    problems: dict[str, list[str]] = {}
    if not decision.strip():
        problems["decision"] = [_("Write the decision and its reasons; everybody reads them.")]
    if sustain and follows not in ProtestFollows.values:
        problems["follows"] = [_("Choose what follows.")]
    if sustain and follows == ProtestFollows.RESCIND:
        if not named or len(awards) != len(named):
            problems["awards"] = [_("Name the awards that are rescinded.")]
        elif any(a.status not in AWARD.transition("rescind").source for a in awards):
            problems["awards"] = [_("Only an award that stands and has no contract yet can be rescinded.")]
    if problems:
        raise Invalid(problems)
    protest.decision, protest.follows = decision.strip(), follows if sustain else ""
    protest.decided_by_id, protest.decided_at = actor.user_id, now()
    protest.save(update_fields=["decision", "follows", "decided_by", "decided_at"])
    named_after = {"awards": sorted(named)} if named else {}
    advance(
        PROTEST, protest, "sustain" if sustain else "deny", actor=actor, why=protest.decision, follows=protest.follows,
        **named_after,
    )  # fmt: skip
    reason = _("A protest was sustained: %(decision)s") % {"decision": protest.decision}
    for award in awards:
        award.solicitation = row
        end(award, "rescind", actor=actor, why=reason)
        tell_organization(award, "rescinded", award.pk, why=reason)
    if protest.follows == ProtestFollows.REEVALUATE:
        evaluate_again(row=row, actor=actor, why=reason)
    _ended(actor, row, protest, "sustained" if sustain else "denied")
    outcome = ProtestState.SUSTAINED if sustain else ProtestState.DENIED
    events.publish(
        ProtestDecided(solicitation_id=row.pk, protest_id=protest.pk, outcome=outcome.value, follows=protest.follows)
    )
    return protest


def _for_chief(actor: Actor, protest_id: int) -> tuple[Solicitation, Protest]:
    found = found_or_404(queries.managed(actor), pk=protest_id)
    row = lock_solicitation(found.solicitation_id)
    need(actor, "solicitations.decide_protest")
    need_second_factor(actor)
    protest = Protest.objects.select_for_update(of=("self",)).select_related("organization").get(pk=protest_id)
    protest.solicitation = row
    protest_of_own_jurisdiction(protest, actor)
    if protest.status != ProtestState.FILED:
        raise Conflict(_("This is now “%(state)s”.") % {"state": PROTEST.public[ProtestState(protest.status)]}, protest)
    return row, protest


def _ended(actor: Actor, row: Solicitation, protest: Protest, outcome: str) -> None:
    clocks.stop(protest, DECISION_RULE, outcome, actor)
    resume_clocks(row, actor=actor)
    told = notices.ProtestEnded(
        protest_id=protest.pk,
        number=row.number,
        title=row.title,
        organization=protest.organization.name,
        outcome=outcome,
        decision=protest.decision,
        follows=protest.follows,
        url=reverse("solicitations:results", args=[row.number]),
    )
    _tell(row, told, [protest.organization_id])


@transaction.atomic
def determine(
    *,
    actor: Actor,
    protest_id: int,
    kind: str,
    reasons: str,
    typed_name: str,
    contract_id: int | None = None,
    until: date | None = None,
) -> ProtestDetermination:
    """Sign the public determination: the award proceeds, or the incumbent's contract is extended until a stated day.

    An extension by itself changes no contract; the amendment is made from the event. Raises Invalid at the field, Refused
    (not the chief of this government), Conflict when the protest is decided or this was determined already.
    """
    row, protest = _for_chief(actor, protest_id)
    problems = _name_problems(actor, typed_name)
    if not reasons.strip():
        problems["reasons"] = [_("Write the reasons; everybody reads them.")]
    contract = None
    if kind not in DeterminationKind.values:
        problems["kind"] = [_("Choose what is determined.")]
    elif kind == DeterminationKind.EXTEND_INCUMBENT:
        contract = queries.incumbents(row).filter(pk=contract_id).first()
        if contract is None:
            problems["contract"] = [_("Choose the contract that is extended.")]
        elif until is None or until <= _present_end(contract):
            end_words = words.day(_present_end(contract))
            problems["until"] = [_("Choose a day after the contract's present end, %(end)s.") % {"end": end_words}]
    if problems:
        raise Invalid(problems)
    if protest.determinations.filter(kind=kind).exists():
        raise Conflict(_("This was determined already."))
    signed = ProtestDetermination.objects.create(
        protest=protest,
        kind=kind,
        reasons=reasons.strip(),
        contract=contract,
        until=until if contract else None,
        typed_name=typed_name.strip(),
        signed_by_id=actor.user_id,
    )
    record(
        actor,
        "protest.determine",
        protest,
        after={"kind": kind, "contract": contract.number if contract else "", "until": str(signed.until or "")},
        why=signed.reasons,
    )
    if contract is None:
        resume_clocks(row, actor=actor)
    else:
        assert signed.until is not None
        events.publish(IncumbentExtended(determination_id=signed.pk, contract_id=contract.pk, until=signed.until))
    told = notices.Determined(
        determination_id=signed.pk,
        number=row.number,
        title=row.title,
        determination=kind,
        reasons=signed.reasons,
        contract=contract.number if contract else "",
        until=signed.until,
        url=reverse("solicitations:results", args=[row.number]),
    )
    _tell(row, told, [protest.organization_id])
    return signed


def _present_end(contract: Contract) -> date:
    """The day a contract ends, with its signed amendments."""
    moved = Amendment.objects.filter(contract=contract, status=AmendmentState.SIGNED, new_ends_on__isnull=False)
    days = [day for day in moved.values_list("new_ends_on", flat=True) if day is not None]
    assert contract.ends_on is not None
    return max([contract.ends_on, *days])
