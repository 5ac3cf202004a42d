"""One reader's scores of one proposal: saved criterion by criterion, then locked. Nobody changes them afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.evaluation import settle_clock
from solicitations.actions.found_conflicts import write_found
from solicitations.models.criterion import Criterion
from solicitations.models.evaluation import Assignment, Evaluation
from solicitations.models.receipt import digest
from solicitations.models.scoring import Score
from solicitations.notifications.evaluation import EverythingLocked
from solicitations.queries.scoring import readings
from solicitations.states import EvaluationState

MOST_CHARACTERS = 10_000


@dataclass(frozen=True)
class Saved:
    """What a save left: the score's version and when."""

    version: int
    at: datetime


def points_in(text: str, criterion: Criterion) -> Decimal:
    """Points as typed. Raises Invalid in words for what is none, has more than two decimals, or lies out of bounds."""
    try:
        points = Decimal(text.strip().replace(",", "."))
        if not points.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid({"points": [_("Enter a number of points, for example 3 or 3.5.")]}) from None
    if not 0 <= points <= criterion.max_points:
        raise Invalid(
            {"points": [_("Enter points from 0 to %(most)s; the scale ends there.") % {"most": criterion.max_points}]}
        )
    if points != points.quantize(Decimal("0.01")):
        raise Invalid({"points": [_("Enter at most two decimals.")]})
    return points.quantize(Decimal("0.01"))


@transaction.atomic
def save(
    *, actor: Actor, reading_id: int, criterion_id: int, points: str, reason: str, share: bool, base_version: int
) -> Saved:
    """Save one criterion's points with their reason. `base_version` is what was on the page (0: nothing yet).

    Raises Http404 for a reading that is not the actor's, Invalid per field, Refused once locked or after scoring ended,
    Conflict with the score that stands when it was saved from another window.
    """
    reading = _own(actor, reading_id)
    criterion = found_or_404(
        Criterion.objects.filter(solicitation_id=reading.proposal.solicitation_id), pk=criterion_id
    )
    problems: dict[str, list[str]] = {}
    found = Decimal(0)
    try:
        found = points_in(points, criterion)
    except Invalid as invalid:
        problems |= invalid.problems
    reason = reason.replace("\r\n", "\n").replace("\x00", "").strip()
    if not reason:
        problems["reason"] = [_("Give the reason: points are saved together with it.")]
    elif len(reason) > MOST_CHARACTERS:
        problems["reason"] = [_("Shorten the reason to %(most)s characters.") % {"most": f"{MOST_CHARACTERS:,}"}]
    if problems:
        raise Invalid(problems)
    score = Score.objects.filter(assignment=reading, criterion=criterion).first()
    present = now()
    if score is None:
        score = Score.objects.create(
            assignment=reading, criterion=criterion, points=found, reason=reason, share=share, saved_at=present
        )
    elif (score.points, score.reason, score.share) != (found, reason, share):
        if score.version != base_version:
            raise Conflict(_("You saved this criterion in another window meanwhile."), score)
        score.points, score.reason, score.share = found, reason, share
        score.saved_at, score.version = present, score.version + 1
        score.save(update_fields=["points", "reason", "share", "saved_at", "version"])
    return Saved(score.version, score.saved_at)


def lock(*, actor: Actor, reading_id: int) -> Assignment:
    """Lock one's scores of a proposal: they stand. Late locking is taken until an officer ends scoring.

    Raises Refused while a criterion has no score, when a conflict was found meanwhile, after scoring ended; Conflict when it
    is locked already. What is found stays written although the lock is refused: it has a transaction of its own.
    """
    if not _still_without_conflict(actor, reading_id):
        raise Refused(_("A conflict of interest was found. This proposal is no longer yours to score."))
    return _lock(actor, reading_id)


@transaction.atomic
def _lock(actor: Actor, reading_id: int) -> Assignment:
    reading = _own(actor, reading_id, locked_is="conflict")
    evaluation = Evaluation.objects.select_related("solicitation__department").get(pk=reading.member.evaluation_id)
    scores = list(Score.objects.filter(assignment=reading).order_by("criterion__position").select_related("criterion"))
    lacking = Criterion.objects.filter(solicitation_id=reading.proposal.solicitation_id).exclude(
        pk__in=[score.criterion_id for score in scores]
    )
    names = list(lacking.order_by("position").values_list("name", flat=True))
    if names:
        raise Refused(_("Some criteria have no score yet: %(names)s.") % {"names": "; ".join(names)})
    present = now()
    Assignment.objects.filter(pk=reading.pk).update(locked_at=present)
    reading.locked_at = present
    rows = [[s.criterion_id, str(s.points), s.reason, s.share] for s in scores]
    late = present > evaluation.scoring_due_at
    record(actor, "reading.lock", reading, after={"sha256": digest(rows), "criteria": len(rows), "late": late})
    settle_clock(actor, reading.member)
    _tell_when_all(evaluation)
    return reading


@transaction.atomic
def _still_without_conflict(actor: Actor, reading_id: int) -> bool:
    reading = found_or_404(readings(actor), pk=reading_id)
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("solicitation")
    write_found(actor, rows.get(pk=reading.member.evaluation_id), [reading.member])
    return readings(actor).filter(pk=reading_id).exists()


def _own(actor: Actor, reading_id: int, locked_is: str = "refused") -> Assignment:
    """The actor's own reading, locked for the act, while scoring is on. A conflict found since is written and ends it."""
    reading = found_or_404(readings(actor).select_for_update(of=("self",)), pk=reading_id)
    status = EvaluationState(reading.member.evaluation.status)
    if reading.locked_at is not None:
        message = _("You locked these scores on %(at)s; they stand.") % {"at": words.instant(reading.locked_at)}
        raise Conflict(message, reading) if locked_is == "conflict" else Refused(message)
    if status != EvaluationState.SCORING:
        raise Refused(_("Scoring has ended; scores are not changed or added any more."))
    return reading


def _tell_when_all(evaluation: Evaluation) -> None:
    left = Assignment.objects.filter(member__evaluation=evaluation, ended_at__isnull=True, locked_at__isnull=True)
    if left.exists():
        return
    row = evaluation.solicitation
    notice = EverythingLocked(
        evaluation_id=evaluation.pk, number=row.number, title=row.title,
        url=reverse("solicitations:evaluation", args=[row.number]),
    )  # fmt: skip
    send(notice, to=recipients.department(row.department_id, ("procurement_officer",)))
