"""The panel: appointed, dated, put in teams, replaced on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, chicago, now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.conflict import DECLARE_CLOCK
from solicitations.actions.evaluation import SCORE_CLOCK, held, need_state, start_score_clock
from solicitations.actions.found_conflicts import write_found
from solicitations.models.evaluation import Assignment, Evaluation, PanelMember, ReaderTeam
from solicitations.notifications.evaluation import Appointed, PlaceEnded
from solicitations.queries.conflict import pairs_in_conflict
from solicitations.queries.evaluation import candidates, is_guest_only
from solicitations.states import EvaluationState, PanelPart

DECLARE_DAYS = 5  # business days to declare conflicts: portal policy
CLOSING_HOUR = 17
BEFORE_COMPARISON = (EvaluationState.PREPARING, EvaluationState.SCORING)


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    evaluation_id: int,
    user_id: int,
    part: str,
    team_id: int | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> PanelMember:
    """Appoint an evaluator or a guest of the department. They declare conflicts before anything else.

    Raises Invalid per field (a guest without days, a second chair, somebody who is no evaluator), Conflict once scores are
    compared.
    """
    row = held(actor, evaluation_id)
    need_state(row, *BEFORE_COMPARISON)
    return _appoint(actor, row, user_id, part, team_id, first_day, last_day, None)


def _appoint(
    actor: Actor, row: Evaluation, user_id: int, part: str, team_id: int | None, first_day: date | None,
    last_day: date | None, replaces: PanelMember | None,
) -> PanelMember:  # fmt: skip
    problems: dict[str, list[str]] = {}
    if not candidates(row).filter(pk=user_id).exists():
        problems["user"] = [_("Choose an evaluator of the department who is not on the panel.")]
    if part not in PanelPart.values:
        problems["part"] = [_("Choose one.")]
    elif is_guest_only(user_id, row.solicitation.department_id) != (part == PanelPart.GUEST):
        problems["part"] = [_("Who was invited as guest evaluator comes as a guest, and nobody else does.")]
    elif part == PanelPart.CHAIR and row.panel.filter(part=PanelPart.CHAIR, ended_at__isnull=True).exists():
        problems["part"] = [_("The panel has a chair. End that place first, or replace the chair.")]
    if part == PanelPart.GUEST:
        if first_day is None or last_day is None:
            problems["last_day"] = [_("A guest is there from a first to a last day.")]
        elif last_day < first_day or last_day < today():
            problems["last_day"] = [_("The last day is not before the first, and not past.")]
    else:
        first_day = last_day = None
    if team_id is not None and not row.teams.filter(pk=team_id).exists():
        problems["team"] = [_("Choose a team of this evaluation.")]
    if problems:
        raise Invalid(problems)
    member = PanelMember.objects.create(
        evaluation=row, user_id=user_id, part=part, team_id=team_id, first_day=first_day, last_day=last_day,
        appointed_by_id=actor.user_id, replaces=replaces,
    )  # fmt: skip
    record(actor, "panel.appoint", row, after={"person": str(member.user), "part": part,
           "last_day": str(last_day or ""), "replaces": str(replaces.user) if replaces else ""})  # fmt: skip
    write_found(actor, row, [member])
    url = reverse("solicitations:evaluation-declare", args=[member.pk])
    calendar = Calendar.for_jurisdiction(row.solicitation.department.jurisdiction)
    due = chicago(calendar.add_business_days(now().astimezone(CHICAGO).date(), DECLARE_DAYS), CLOSING_HOUR)
    clocks.start(
        member, rule=DECLARE_CLOCK, citation="Portal policy, conflicts of interest",
        what=_("Declare conflicts for %(number)s") % {"number": row.solicitation.number}, due_at=due,
        user_id=user_id, url=url, about=row.solicitation.title, actor=actor,
    )  # fmt: skip
    notice = Appointed(
        member_id=member.pk, number=row.solicitation.number, title=row.solicitation.title, declare_by=due,
        last_day=last_day, url=url,
    )  # fmt: skip
    send(notice, to=recipients.user(user_id))
    return member


@transaction.atomic
def end(*, actor: Actor, member_id: int, why: str) -> PanelMember:
    """End somebody's place, with a reason. What they locked stays; what they had not locked waits for another reader.

    Raises Invalid without a reason, Conflict when it ended already or scores are being compared.
    """
    row, member = _place(actor, member_id)
    _end(actor, row, member, why)
    return member


@transaction.atomic
def replace(
    *,
    actor: Actor,
    member_id: int,
    user_id: int,
    why: str,
    first_day: date | None = None,
    last_day: date | None = None,
) -> PanelMember:
    """Put another evaluator in somebody's place, on record: readings not locked move, locked scores stay as they are.

    The new member declares conflicts before anything opens for them; readings the portal finds a conflict with do not move.
    Raises as `appoint` and `end`.
    """
    row, old = _place(actor, member_id)
    moving = list(
        old.assignments.filter(ended_at__isnull=True, locked_at__isnull=True).values_list("proposal_id", flat=True)
    )
    _end(actor, row, old, why)
    part = old.part
    if is_guest_only(user_id, row.solicitation.department_id):
        if part == PanelPart.CHAIR:
            raise Invalid({"user": [_("A guest does not chair. Appoint a chair first.")]})
        part = PanelPart.GUEST
    elif part == PanelPart.GUEST:
        part = PanelPart.EVALUATOR
    new = _appoint(actor, row, user_id, part, old.team_id, first_day, last_day, old)
    stands = pairs_in_conflict(row)
    taken = set(Assignment.objects.filter(member=new).values_list("proposal_id", flat=True))
    rows = [
        Assignment(member=new, proposal_id=pk, assigned_by_id=actor.user_id)
        for pk in moving
        if (user_id, pk) not in stands and pk not in taken
    ]
    Assignment.objects.bulk_create(rows)
    record(actor, "panel.replace", row, after={"from": str(old.user), "to": str(new.user), "moved": len(rows)},
           why=why.strip())  # fmt: skip
    if rows and row.status == EvaluationState.SCORING:
        start_score_clock(actor, row, new)
    return new


def _place(actor: Actor, member_id: int) -> tuple[Evaluation, PanelMember]:
    member = PanelMember.objects.select_related("user").filter(pk=member_id).first()
    row = held(actor, member.evaluation_id if member else 0)
    need_state(row, *BEFORE_COMPARISON)
    assert member is not None
    member.refresh_from_db()
    if member.ended_at is not None:
        raise Conflict(_("This place has ended already."), member)
    return row, member


def _end(actor: Actor, row: Evaluation, member: PanelMember, why: str) -> None:
    if not why.strip():
        raise Invalid({"why": [_("Say why the place ends.")]})
    present = now()
    member.ended_at, member.ended_by_id, member.ended_why = present, actor.user_id, why.strip()
    member.save(update_fields=["ended_at", "ended_by", "ended_why"])
    left = Assignment.objects.filter(member=member, ended_at__isnull=True, locked_at__isnull=True)
    count = left.update(ended_at=present, ended_by_id=actor.user_id, ended_why=why.strip())
    record(actor, "panel.end", row, after={"person": str(member.user), "readings_ended": count}, why=why.strip())
    for rule in (DECLARE_CLOCK, SCORE_CLOCK):
        clocks.stop(member, rule, "ended", actor)
    notice = PlaceEnded(member_id=member.pk, number=row.solicitation.number, title=row.solicitation.title,
                        url=reverse("solicitations:evaluation-mine"))  # fmt: skip
    send(notice, to=recipients.user(member.user_id))


# --- Teams ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_team(
    *,
    actor: Actor,
    evaluation_id: int,
    name: str,
    areas: Sequence[int],
    members: Sequence[int],
    team_id: int | None = None,
) -> ReaderTeam:
    """Make or change a reader team while the panel is set up: its community areas and its members (ids).

    No areas: it reads whatever no other team reads. Raises Invalid, Conflict once scoring has begun.
    """
    row = held(actor, evaluation_id)
    need_state(row, EvaluationState.PREPARING)
    name = " ".join(name.split())
    others = row.teams.exclude(pk=team_id)
    problems: dict[str, list[str]] = {}
    if not name:
        problems["name"] = [_("Give the team a name.")]
    elif others.filter(name=name).exists():
        problems["name"] = [_("Another team has this name.")]
    if not set(areas) <= set(range(1, 78)):
        problems["areas"] = [_("Choose community areas from the list.")]
    if not areas and others.filter(areas=[]).exists():
        problems["areas"] = [_("Another team reads what no team's areas cover. Choose areas for this one.")]
    if problems:
        raise Invalid(problems)
    if team_id is None:
        team = ReaderTeam.objects.create(evaluation=row, name=name, areas=sorted(set(areas)))
    else:
        team = found_or_404(row.teams.select_for_update(), pk=team_id)
        team.name, team.areas = name, sorted(set(areas))
        team.save(update_fields=["name", "areas"])
    row.panel.filter(team=team).exclude(pk__in=members).update(team=None)
    row.panel.filter(pk__in=members, ended_at__isnull=True).update(team=team)
    record(actor, "panel.team", row, after={"team": name, "areas": team.areas, "members": len(members)})
    return team


@transaction.atomic
def remove_team(*, actor: Actor, team_id: int) -> None:
    """Take a team away while the panel is set up; its members stay on the panel. Raises Conflict once scoring has begun."""
    team = ReaderTeam.objects.filter(pk=team_id).first()
    row = held(actor, team.evaluation_id if team else 0)
    need_state(row, EvaluationState.PREPARING)
    assert team is not None
    if Assignment.objects.filter(member__team=team, ended_at__isnull=True).exists():
        raise Refused(_("Its members have readings. Assign anew after the teams are as you want them."))
    row.panel.filter(team=team).update(team=None)
    record(actor, "panel.remove_team", row, after={"team": team.name})
    team.delete()
