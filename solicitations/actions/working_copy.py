"""Holding a proposal while something is changed: the arrival by the database's clock, the lock, the deadline, late evidence.

Every act on a proposal goes the same way. In its transaction the first statement asks the database when it arrived; the
second locks the proposal's row. If it was late, what was given is kept as evidence, the transaction commits, and then
the refusal is raised: evidence must not be undone by the refusal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.roles import roles_with
from procurement_portal.time.clock import in_time
from procurement_portal.vault.sealing import seal
from procurement_portal.web import words
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import advance
from solicitations.models.question import Question
from solicitations.models.submission import LateEvidence, Submission
from solicitations.queries.submission import arrival, own
from solicitations.states import LateAct, SolicitationState, SubmissionStatus
from solicitations.workflow.notice import SUBMISSION

T = TypeVar("T")
_MOST_EVIDENCE = 100_000  # characters of one late text


class Late(Refused):
    """It arrived after the due instant. Carries both instants; what was given has been kept as evidence."""

    def __init__(self, due_at: datetime, received_at: datetime, act: LateAct) -> None:
        self.due_at, self.received_at, self.act = due_at, received_at, act
        super().__init__(
            _(
                "Answers were due %(due)s. This arrived %(received)s, by the portal's clock, and cannot be taken."
                " We keep what you sent as evidence of when it came."
            )
            % {"due": words.exact(due_at), "received": words.exact(received_at)}
        )


@dataclass(frozen=True)
class Held:
    """A proposal whose row is locked, who acts (with the roles given for this proposal alone), and when it arrived."""

    submission: Submission
    actor: Actor
    at: datetime

    @property
    def is_late(self) -> bool:
        due = self.submission.solicitation.due_at
        return due is not None and not in_time(self.at, due)


def here(actor: Actor, submission: Submission) -> Actor:
    """The actor with the roles that were given for this proposal, or the department that asks, alone."""
    return actor.within(submission.scopes)


def hold(actor: Actor, submission_id: int, permission: str, at: datetime | None = None) -> Held:
    """Lock a proposal of the actor's organization. `at` is when the last byte was here, if that was noted before.

    Raises Submission.DoesNotExist for what the actor may not see and Refused without the permission.
    """
    at = at or arrival().at
    submission = own(actor).select_for_update(of=("self",), no_key=True).get(pk=submission_id)
    actor = here(actor, submission)
    if not actor.can(permission):
        raise Refused(
            _("This is for people with the role %(roles)s. An administrator of your organization can give it to you.")
            % {"roles": ", ".join(str(role.label) for role in roles_with(permission))}
        )
    return Held(submission, actor, at)


def require_open(held: Held) -> None:
    """Raises Refused when the solicitation takes no answers for another reason than the hour."""
    status = held.submission.solicitation.status
    if status == SolicitationState.CANCELED:
        raise Refused(_("This solicitation was canceled. Your proposal stays here as you left it."))
    if status not in (SolicitationState.PUBLISHED, SolicitationState.CLOSED) or (
        status == SolicitationState.CLOSED and not held.is_late
    ):
        raise Refused(_("This solicitation takes no answers now."))


def in_time_or_kept(
    actor: Actor,
    submission_id: int,
    permission: str,
    act: LateAct,
    work: Callable[[Held], T],
    *,
    given: Any = None,
    question: Question | None = None,
    at: datetime | None = None,
    first: Callable[[Held], T | None] | None = None,
) -> T:
    """Do `work` on the held proposal if it was in time; else keep `given` as evidence and raise Late.

    `first` may answer before the deadline is asked: a repeated click after a success is that success, however late.
    """
    with transaction.atomic():
        held = hold(actor, submission_id, permission, at)
        if first is not None and (answer := first(held)) is not None:
            return answer
        if not held.is_late:
            require_open(held)
            return work(held)
        keep_late(held, act, given, question)
    assert held.submission.solicitation.due_at is not None
    raise Late(held.submission.solicitation.due_at, held.at, act)


def keep_late(held: Held, act: LateAct, given: Any, question: Question | None) -> LateEvidence:
    """Write down what came too late, as ciphertext, and mark a proposal that was never submitted in time."""
    submission = held.submission
    text = json.dumps({"act": str(act), "given": given}, ensure_ascii=False, default=str)[:_MOST_EVIDENCE]
    evidence = LateEvidence.objects.create(
        submission=submission,
        question=question,
        act=act,
        ciphertext=seal(submission.data_key, text.encode(), submission.place(f"late:{held.at.isoformat()}")),
        due_at=submission.solicitation.due_at,
        received_at=held.at,
        by_id=held.actor.user_id,
    )
    if act == LateAct.SUBMIT and submission.status == SubmissionStatus.DRAFT:
        advance(SUBMISSION, submission, "arrive_late", actor=Actor.system("arrived after the due hour"))
    after = {"act": str(act), "due_at": submission.solicitation.due_at, "received_at": held.at}
    record(held.actor, "proposal.late", submission, after={k: str(v) for k, v in after.items()})
    return evidence


def touch(held: Held) -> None:
    """Count a change of the working copy."""
    Submission.objects.filter(pk=held.submission.pk).update(
        content_version=F("content_version") + 1, changed_at=held.at
    )
    held.submission.content_version += 1
    held.submission.changed_at = held.at
