"""Change a published notice: drafted by one person, issued by another; only what it touches is confirmed again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, chicago, in_time, now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import clean, locked, touched
from solicitations.actions.publication import plan_closing
from solicitations.actions.question import check_question
from solicitations.events import AddendumIssued
from solicitations.models.addendum import Addendum, AddendumTouch, Version
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.publish import AddendumToReview
from solicitations.queries import addendum as queries
from solicitations.queries.checks import schedule
from solicitations.queries.version import digest, plain, snapshot
from solicitations.states import AddendumState, Marking, SolicitationState
from solicitations.workflow.notice import ADDENDUM, addendum_by_a_second_person, of_own_department

NOTICE_RULE = "solicitations.addendum_notice"


@transaction.atomic
def begin(*, actor: Actor, solicitation_id: int) -> Addendum:
    """Begin the next addendum, or give the one being prepared. Raises Refused when the notice takes no answers any more."""
    row = _open_notice(actor, solicitation_id)
    existing = Addendum.objects.filter(solicitation=row, status__in=[s.value for s in queries.OPEN]).first()
    if existing is not None:
        return existing
    last = row.addenda.exclude(status=AddendumState.DISCARDED).aggregate(last=Max("number"))["last"] or 0
    made = Addendum.objects.create(solicitation=row, number=last + 1, drafted_by_id=actor.user_id)
    record(actor, "addendum.draft", made, after={"number": made.number, "solicitation": row.number})
    return made


@transaction.atomic
def save_facts(*, actor: Actor, addendum_id: int, lock: int, summary: str, facts: Mapping[str, Any]) -> Addendum:
    """Save what the addendum says and its changes of texts, amounts and dates.

    `facts` holds values by field name (`queries.addendum.FACTS`); those that equal the notice are left out of the change.
    Raises Conflict, Invalid at fields, Refused.
    """
    addendum, row = _own(actor, addendum_id, lock)
    unknown = set(facts) - set(queries.FACTS)
    if unknown:
        raise Invalid(f"an addendum does not change {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(row, name, value)  # in memory only, to check it as the notice it would become
    clean(row, facts)
    _check_dates(row, set(facts))
    present = Solicitation.objects.get(pk=row.pk)
    addendum.summary = summary.strip()
    addendum.changes = {
        **addendum.changes,
        "facts": {n: plain(v) for n, v in facts.items() if plain(v) != plain(getattr(present, n))},
    }
    return _saved(actor, addendum, "facts")


@transaction.atomic
def save_question(*, actor: Actor, addendum_id: int, lock: int, key: str, given: Mapping[str, Any]) -> Addendum:
    """Save the change of one question (prompt, hint, required, options, word_limit); equal to the notice removes it.

    Raises Conflict, Invalid at fields, Refused, Http404 for a question that is not there.
    """
    addendum, row = _own(actor, addendum_id, lock)
    question = _question(row, key)
    parts = {}
    for name in queries.QUESTION_PARTS:
        if name in given and plain(given[name]) != plain(getattr(question, name)):
            parts[name] = plain(given[name])
            setattr(question, name, given[name])
    check_question(question)
    changed = dict(addendum.changes.get("questions", {}))
    changed.pop(key, None)
    if parts:
        changed[key] = parts
    withdrawn = [k for k in addendum.changes.get("withdrawn", []) if k != key]
    addendum.changes = {**addendum.changes, "questions": changed, "withdrawn": withdrawn}
    return _saved(actor, addendum, "question")


@transaction.atomic
def withdraw_question(*, actor: Actor, addendum_id: int, lock: int, key: str) -> Addendum:
    """Note that the addendum takes a question away. The last scored question of a criterion stays (Refused)."""
    addendum, row = _own(actor, addendum_id, lock)
    question = _question(row, key)
    gone = {*addendum.changes.get("withdrawn", []), key}
    if question.marking == Marking.SCORED:
        left = row.questions.filter(criterion=question.criterion, withdrawn_at__isnull=True).exclude(key__in=gone)
        if not left.exists():
            raise Refused(_("It is the only scored question of “%(name)s”.") % {"name": question.criterion})
    changed = {k: v for k, v in addendum.changes.get("questions", {}).items() if k != key}
    addendum.changes = {**addendum.changes, "questions": changed, "withdrawn": sorted(gone)}
    return _saved(actor, addendum, "withdraw")


@transaction.atomic
def add_question(*, actor: Actor, addendum_id: int, lock: int, section_id: int, given: Mapping[str, Any]) -> Addendum:
    """Note a new question at the end of a section; scored ones belong to a criterion that was advertised."""
    addendum, row = _own(actor, addendum_id, lock)
    section = found_or_404(row.sections.all(), pk=section_id)
    criterion = given.get("criterion")
    question = Question(
        solicitation=row,
        section=section,
        kind=given["kind"],
        prompt=given["prompt"].strip(),
        hint=given.get("hint", "").strip(),
        required=given.get("required", True),
        marking=given["marking"],
        options=given.get("options", {}),
        word_limit=given.get("word_limit"),
        criterion=found_or_404(row.criteria.all(), pk=criterion) if criterion else None,
    )
    if question.marking == Marking.SCORED and question.criterion is None:
        raise Invalid({"criterion": [_("A scored question needs a criterion.")]})
    check_question(question)
    data = {name: plain(getattr(question, name)) for name in (*queries.QUESTION_PARTS, "kind", "marking")}
    data |= {"key": str(uuid.uuid4()), "section_id": section.pk, "criterion_id": question.criterion_id}
    addendum.changes = {**addendum.changes, "added": [*addendum.changes.get("added", []), data]}
    return _saved(actor, addendum, "add_question")


@transaction.atomic
def drop_change(*, actor: Actor, addendum_id: int, lock: int, key: str) -> Addendum:
    """Undo a drafted change of a question: changed, withdrawn or added."""
    addendum, _row = _own(actor, addendum_id, lock)
    old = addendum.changes
    addendum.changes = {
        **old,
        "questions": {k: v for k, v in old.get("questions", {}).items() if k != key},
        "withdrawn": [k for k in old.get("withdrawn", []) if k != key],
        "added": [q for q in old.get("added", []) if q["key"] != key],
    }
    return _saved(actor, addendum, "drop_change")


@transaction.atomic
def request_review(*, actor: Actor, addendum_id: int, lock: int) -> Addendum:
    """Send a drafted addendum to the second person. Raises Refused for one that changes nothing or does not say what."""
    addendum, row = _own(actor, addendum_id, lock)
    if not addendum.summary:
        raise Invalid({"summary": [_("Say in plain words what changes.")]})
    if effect_of(addendum, row).is_empty:
        raise Refused(_("This addendum changes nothing yet."))
    addendum.review_requested_by_id = actor.user_id
    addendum.save(update_fields=["review_requested_by"])
    advance(ADDENDUM, addendum, "request_review", actor=actor)
    _bump(addendum)
    send(
        AddendumToReview(
            addendum_id=addendum.pk,
            lock=addendum.lock,
            number=row.number,
            addendum=addendum.number,
            by=actor.label,
            url=reverse("solicitations:addendum-review", args=[row.number]),
        ),
        to=[
            r
            for r in recipients.department(row.department_id, ["procurement_officer"])
            if r.user is not None and r.user.pk != actor.user_id
        ],
    )
    return addendum


@transaction.atomic
def return_to_draft(*, actor: Actor, addendum_id: int, why: str) -> Addendum:
    """Send an addendum back to its drafter with a reason."""
    addendum = found_or_404(queries.for_staff(actor).select_for_update(of=("self",)), pk=addendum_id)
    if not why.strip():
        raise Invalid({"why": [_("Say what has to change.")]})
    advance(ADDENDUM, addendum, "return", actor=actor, why=why.strip())
    addendum.review_requested_by = None
    addendum.save(update_fields=["review_requested_by"])
    _bump(addendum)
    return addendum


@transaction.atomic
def discard(*, actor: Actor, addendum_id: int) -> Addendum:
    """Give up a drafted addendum; its number is used again, its draft is kept."""
    addendum = found_or_404(queries.for_staff(actor).select_for_update(of=("self",)), pk=addendum_id)
    advance(ADDENDUM, addendum, "discard", actor=actor)
    return addendum


@transaction.atomic
def issue(*, actor: Actor, addendum_id: int, lock: int) -> Addendum:
    """Issue a reviewed addendum: the notice changes, its new version is kept, touched answers are to be confirmed again.

    Where it comes late under `solicitations.addendum_notice` and its own date is not late enough, the due date moves to the
    earliest day, same hour. A submitted proposal stays submitted. Raises Conflict when somebody was faster or it changed,
    Refused for the person who drafted it, and once the due hour has passed.
    """
    seen = found_or_404(queries.for_staff(actor), pk=addendum_id)
    row = _open_notice(actor, seen.solicitation_id, "solicitations.issue_addendum")
    addendum = Addendum.objects.select_for_update().get(pk=addendum_id)
    addendum.solicitation = row
    if addendum.status != AddendumState.IN_REVIEW:
        state = ADDENDUM.public[AddendumState(addendum.status)]
        raise Conflict(_("This addendum is now “%(state)s”.") % {"state": state}, addendum.status)
    addendum_by_a_second_person(addendum, actor)
    if addendum.lock != lock:
        raise Conflict(_("The addendum changed since you read it. Read it again before you issue it."), addendum.lock)
    change = effect_of(addendum, row)
    if change.is_empty:
        raise Refused(_("This addendum changes nothing."))
    present = now()
    _apply_facts(row, addendum)
    moved = due_after(row, present.astimezone(CHICAGO).date())
    if moved is not None:
        row.due_at = moved
    _check_dates(row, {"due_at", "questions_due_at", "expected_start_on", *addendum.changes.get("facts", {})})
    row.last_activity_at = present  # what feeds and calendars call changed
    row.save(update_fields=[*queries.FACTS, "last_activity_at"])
    questions = _apply_questions(row, addendum, present)
    addendum.issued_at, addendum.issued_by_id, addendum.new_due_at = present, actor.user_id, row.due_at
    addendum.save(update_fields=["issued_at", "issued_by", "new_due_at"])
    AddendumTouch.objects.bulk_create(
        AddendumTouch(addendum=addendum, question=question, revision=question.revision) for question in questions
    )
    content = snapshot(row)
    Version.objects.create(solicitation=row, number=addendum.number, content=content, sha256=digest(content))
    advance(ADDENDUM, addendum, "issue", actor=actor, solicitation=row.number, version=digest(content))
    touched(row)
    plan_closing(row)
    events.publish(
        AddendumIssued(
            solicitation_id=row.pk, number=addendum.number, question_ids=tuple(question.pk for question in questions)
        )
    )
    return addendum


def due_after(row: Solicitation, issued_on: date) -> datetime | None:
    """When answers are due after an addendum issued on that day, if the policy moves the date of `row`; None if it stays."""
    assert row.due_at is not None
    local = row.due_at.astimezone(CHICAGO)
    outcome = engine.evaluate(
        NOTICE_RULE,
        {"issued_on": issued_on, "due_on": local.date()},
        on=issued_on,
        calendar=Calendar.for_jurisdiction(row.department.jurisdiction),
    )
    return chicago(outcome["earliest_due_on"], local.hour, local.minute) if outcome["moves"] else None


def effect_of(addendum: Addendum, row: Solicitation) -> queries.Effect:
    """What a drafted addendum would change now."""
    facts = {name: plain(getattr(row, name)) for name in queries.FACTS}
    rows = row.questions.filter(withdrawn_at__isnull=True).select_related("section", "criterion")
    return queries.effect(addendum, facts, list(rows))


def _open_notice(actor: Actor, solicitation_id: int, permission: str = "solicitations.draft_addendum") -> Solicitation:
    row = locked(actor, solicitation_id)
    if not actor.can(permission):
        raise Refused(_("Addenda are drafted by program officers and issued by procurement officers."))
    of_own_department(row, actor)
    if row.state != SolicitationState.PUBLISHED or row.due_at is None or not in_time(now(), row.due_at):
        raise Refused(_("An addendum is possible while answers are taken; this notice takes none now."))
    return row


def _own(actor: Actor, addendum_id: int, lock: int) -> tuple[Addendum, Solicitation]:
    seen = found_or_404(queries.for_staff(actor), pk=addendum_id)
    row = _open_notice(actor, seen.solicitation_id)
    addendum = Addendum.objects.select_for_update().get(pk=addendum_id)
    addendum.solicitation = row
    if addendum.status != AddendumState.DRAFTED:
        state = ADDENDUM.public[AddendumState(addendum.status)]
        raise Refused(_("This addendum is “%(state)s”; only a draft can be changed.") % {"state": state})
    if addendum.lock != lock:
        raise Conflict(_("Somebody saved this addendum while you were writing."), addendum.changes)
    return addendum, row


def _saved(actor: Actor, addendum: Addendum, what: str) -> Addendum:
    addendum.save(update_fields=["summary", "changes"])
    _bump(addendum)
    record(actor, f"addendum.change_{what}", addendum, after={"changes": addendum.changes})
    return addendum


def _bump(addendum: Addendum) -> None:
    Addendum.objects.filter(pk=addendum.pk).update(lock=F("lock") + 1)
    addendum.lock += 1


def _question(row: Solicitation, key: str) -> Question:
    try:
        wanted = uuid.UUID(str(key))
    except ValueError:
        wanted = uuid.UUID(int=0)
    rows = row.questions.filter(withdrawn_at__isnull=True).select_related("criterion", "section")
    return found_or_404(rows, key=wanted)


def _check_dates(row: Solicitation, names: set[str]) -> None:
    """The dates that change must stand as on a new notice; a due date never moves nearer."""
    present = Solicitation.objects.get(pk=row.pk)
    found: dict[str, list[str]] = {}
    if row.due_at is None or (present.due_at is not None and row.due_at < present.due_at):
        found["due_at"] = [_("An addendum never shortens the time to answer.")]
    changed = {n for n in names if getattr(row, n) != getattr(present, n)}
    calendar = Calendar.for_jurisdiction(row.department.jurisdiction)
    for problem in schedule(row, calendar=calendar, today=now().astimezone(CHICAGO).date()):
        if problem.field in changed or (problem.field == "expected_start_on" and "due_at" in changed):
            found.setdefault(problem.field, []).append(problem.message)
    if found:
        raise Invalid(found)


def _apply_facts(row: Solicitation, addendum: Addendum) -> None:
    for name, value in addendum.changes.get("facts", {}).items():
        if value is not None and name in queries.INSTANTS:
            value = datetime.fromisoformat(value)
        elif value is not None and name in queries.MONEY:
            value = Decimal(value)
        elif value is not None and name == "expected_start_on":
            value = date.fromisoformat(value)
        setattr(row, name, value)


def _apply_questions(row: Solicitation, addendum: Addendum, at: datetime) -> list[Question]:
    """Change, withdraw and add the questions; returns those whose answers are confirmed again (changed and added)."""
    confirmed = []
    for key, parts in addendum.changes.get("questions", {}).items():
        question = _question(row, key)
        for name, value in parts.items():
            setattr(question, name, value)
        question.revision += 1
        question.save(update_fields=[*parts, "revision"])
        confirmed.append(question)
    for key in addendum.changes.get("withdrawn", []):
        question = _question(row, key)
        question.withdrawn_at = at
        question.save(update_fields=["withdrawn_at"])
    for data in addendum.changes.get("added", []):
        section = row.sections.get(pk=data["section_id"])
        last = section.questions.aggregate(last=Max("position"))["last"] or 0
        confirmed.append(
            Question.objects.create(
                solicitation=row,
                section=section,
                key=uuid.UUID(data["key"]),
                position=last + 1,
                criterion_id=data["criterion_id"],
                **{name: data[name] for name in (*queries.QUESTION_PARTS, "kind", "marking")},
            )
        )
    return confirmed
