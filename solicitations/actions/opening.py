"""Opening by two officers: what was submitted in time becomes readable, and the list of what was received is written.

The first officer asks, the second one opens. Opening reads each last submitted version once and copies it; the sealed rows
stay as evidence. What came late is listed and never opened.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk
from procurement_portal.people.models.profile import Profile
from procurement_portal.time.clock import CHICAGO, chicago, now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import locked, touched
from solicitations.actions.freeze import instant
from solicitations.actions.submission import submit_at_due
from solicitations.events import SolicitationClosed
from solicitations.models.budget import dollars
from solicitations.models.opening import OpenedFile, OpenedPart, OpenedProposal, Opening
from solicitations.models.partner import Partner
from solicitations.models.question import Question
from solicitations.models.receipt import SubmittedVersion, digest
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import AdvanceConsent, Envelope, Submission
from solicitations.notifications.opening import AnswersOpened, OpeningAsked, OpeningWaits, YourAnswerOpened
from solicitations.queries.opening import listed
from solicitations.queries.submission import snapshot_of
from solicitations.queries.version import still_confirmed
from solicitations.states import QuestionKind, SolicitationState, SubmissionStatus
from solicitations.workflow.notice import SOLICITATION, by_the_second_opener, of_own_department, past_due

OPEN_CLOCK = "solicitations.opening"
BEGIN_CLOCK = "solicitations.begin_evaluation"
TELL = "solicitations.tell_opened"
OFFICERS = ("procurement_officer",)
DESKS = ("evaluation", "publication")  # the first desk of these functions that the department has
CLOSING_HOUR = 17
FIRST_QUESTION_PART = "q-"


# --- The clock that starts at the due hour --------------------------------------------------------------------------------


def on_closed(event: SolicitationClosed) -> None:
    """A notice closed: the department has its answers to open, with a clock."""
    row = Solicitation.objects.select_related("department").get(pk=event.solicitation_id)
    start_desk_clock(row, row, rule=OPEN_CLOCK, what=_("Open the answers"), url=_url("opening", row))
    waits = OpeningWaits(solicitation_id=row.pk, number=row.number, title=row.title, url=_url("opening", row))
    send(waits, to=recipients.department(row.department_id, OFFICERS))


def start_desk_clock(
    subject: Any, row: Solicitation, *, rule: str, what: str, url: str, actor: Actor | None = None, due_at: Any = None
) -> None:
    """A clock at the desk of the solicitation's department that carries evaluations: its service days, or `due_at`.

    A department without such a desk has no clock; its procurement officers are told all the same.
    """
    desks = {d.function: d for d in Desk.objects.filter(department_id=row.department_id, closed_at__isnull=True)}
    desk = next((desks[function] for function in DESKS if function in desks), None)
    if desk is None:
        return
    if due_at is None:
        calendar = Calendar.for_jurisdiction(row.department.jurisdiction)
        last = calendar.add_business_days(now().astimezone(CHICAGO).date(), desk.service_days)
        due_at = chicago(last, CLOSING_HOUR)
    clocks.start(
        subject, rule=rule, citation="Service days of the desk", what=what, due_at=due_at, desk=desk, url=url,
        about=f"{row.number} {row.title}", actor=actor,
    )  # fmt: skip


# --- Two officers ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(*, actor: Actor, solicitation_id: int) -> Opening:
    """The first officer asks for opening. Raises Conflict when somebody asked or opened already, Refused before the due
    instant, in another department, without the role."""
    row = _for_opening(actor, solicitation_id)
    asked = Opening.objects.filter(solicitation=row).select_related("asked_by").first()
    if asked is not None:
        raise Conflict(
            _("%(who)s asked for opening already, on %(at)s. A second officer opens.")
            % {"who": asked.asked_by, "at": words.instant(asked.asked_at)},
            asked,
        )
    past_due(row, actor)
    opening = Opening.objects.create(solicitation=row, asked_by_id=actor.user_id)
    touched(row)
    record(actor, "opening.ask", row)
    told = OpeningAsked(
        solicitation_id=row.pk, number=row.number, title=row.title, by=actor.label, url=_url("opening", row)
    )
    officers = recipients.department(row.department_id, OFFICERS)
    send(told, to=[r for r in officers if r.user is None or r.user.pk != actor.user_id])
    return opening


@transaction.atomic
def open_answers(*, actor: Actor, solicitation_id: int) -> Opening:
    """The second officer opens: every answer submitted in time becomes readable. Nothing received is a result too.

    Raises Conflict when somebody opened already, Refused for the officer who asked, before the due instant, without the role.
    """
    row = _for_opening(actor, solicitation_id)
    past_due(row, actor)
    by_the_second_opener(row, actor)
    opening = Opening.objects.select_for_update().get(solicitation=row)
    _submit_given_in_advance(row)
    present = now()
    held = _submitted(row)
    versions = {
        v.submission_id: v
        for v in SubmittedVersion.objects.filter(submission__in=held).order_by("submission_id", "number")
    }  # the last number of each stands at the end
    order = sorted(held, key=lambda s: (versions[s.pk].received_at, s.pk))
    frozen = {s.pk: _read(s, versions[s.pk]) for s in order}
    facts = _facts(order, versions, frozen)
    opening.received, opening.opened_at, opening.opened_by_id = len(order), present, actor.user_id
    opening.digest = digest(listed(facts))
    opening.save(update_fields=["received", "opened_at", "opened_by", "digest"])
    _copy(row, opening, order, versions, frozen, facts)
    Envelope.objects.filter(submission__in=order, opened_at__isnull=True).update(
        opened_at=present, opened_by_id=actor.user_id
    )
    advance(SOLICITATION, row, "open", actor=actor, received=len(order), digest=opening.digest)
    touched(row)
    clocks.stop(row, OPEN_CLOCK, "opened", actor)
    start_desk_clock(
        row, row, rule=BEGIN_CLOCK, what=_("Begin the evaluation"), url=_url("evaluation", row), actor=actor
    )
    enqueue(TELL, key=f"{TELL}:{opening.pk}", opening_id=opening.pk)
    return opening


def _for_opening(actor: Actor, solicitation_id: int) -> Solicitation:
    """The closed solicitation, locked, for an officer of its department."""
    row = locked(actor, solicitation_id)
    if not actor.can("solicitations.open"):
        raise Refused(_("Opening is for procurement officers."))
    of_own_department(row, actor)
    opened = Opening.objects.filter(solicitation=row, opened_at__isnull=False).select_related("opened_by").first()
    if opened is not None:
        raise Conflict(
            _("%(who)s opened the answers on %(at)s.")
            % {"who": opened.opened_by, "at": words.instant(opened.opened_at)},
            opened,
        )
    if row.state == SolicitationState.PUBLISHED:
        past_due(row, actor)
        raise Refused(_("The due hour has just passed. The portal closes the notice within a minute; then open it."))
    if row.state != SolicitationState.CLOSED:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    return row


# --- Reading what was sealed ----------------------------------------------------------------------------------------------


def _submit_given_in_advance(row: Solicitation) -> None:
    """Consents given in advance whose intent has not run yet are handed in first: they were in time."""
    waiting = AdvanceConsent.objects.filter(
        submission__solicitation=row, revoked_at__isnull=True, used_at__isnull=True, snapshot__isnull=False
    )
    for consent_id in list(waiting.values_list("pk", flat=True)):
        submit_at_due(consent_id=consent_id)


def _submitted(row: Solicitation) -> list[Submission]:
    """What stands as submitted, held so that nothing still on its way can change under the reading."""
    rows = Submission.objects.filter(solicitation=row).select_for_update(of=("self",), no_key=True)
    held = list(rows.select_related("solicitation", "organization", "data_key").order_by("pk"))
    return [s for s in held if s.status == SubmissionStatus.SUBMITTED]


def _read(submission: Submission, version: SubmittedVersion) -> dict[str, Any]:
    version.submission = submission  # with its key: no query each
    return snapshot_of(version)


def _facts(
    order: list[Submission], versions: dict[int, SubmittedVersion], frozen: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The list of what was received, as its digest is taken over."""
    facts = []
    for position, submission in enumerate(order, 1):
        whole, version = frozen[submission.pk], versions[submission.pk]
        amount = _asked_for(whole)
        facts.append(
            {
                "position": position,
                "organization": submission.organization_id,
                "version": version.number,
                "received_at": instant(version.received_at),
                "sha256": digest(whole),
                "amount": None if amount is None else str(dollars(amount)),
                "files": [file["sha256"] for part in whole["parts"] for file in part.get("files", ())],
            }
        )
    return facts


def _asked_for(whole: dict[str, Any]) -> int | None:
    """What the budgets ask for, in cents; None without one."""
    asked = [
        part["value"]["request"]
        for part in whole["parts"]
        if part.get("kind") == QuestionKind.BUDGET and part["value"] and part["value"].get("request") is not None
    ]
    return sum(asked) if asked else None


def _copy(
    row: Solicitation,
    opening: Opening,
    order: list[Submission],
    versions: dict[int, SubmittedVersion],
    frozen: dict[int, dict[str, Any]],
    facts: list[dict[str, Any]],
) -> None:
    """Write proposals, parts and files, in a fixed number of statements for any number of proposals."""
    areas = dict(
        Profile.objects.filter(organization__in=[s.organization_id for s in order]).values_list(
            "organization_id", "community_areas"
        )
    )
    bodies = {p.pk: p.organization_id for p in Partner.objects.filter(submission__in=order)}
    questions = {f"{FIRST_QUESTION_PART}{q.key}": q for q in Question.objects.filter(solicitation=row)}
    opened = OpenedProposal.objects.bulk_create(
        OpenedProposal(
            opening=opening, solicitation=row, submission=s, organization_id=s.organization_id,
            position=told["position"], version=told["version"], received_at=versions[s.pk].received_at,
            sha256=told["sha256"], amount=told["amount"], areas=areas.get(s.organization_id, []),
            partners=_partners(frozen[s.pk], bodies),
        )
        for s, told in zip(order, facts, strict=True)
    )  # fmt: skip
    made, files = [], []
    for proposal, submission in zip(opened, order, strict=True):
        for position, part in enumerate(frozen[submission.pk]["parts"], 1):
            copied = _part(proposal, position, part, questions.get(part["part"]))
            made.append(copied)
            files += [OpenedFile(part=copied, file_id=f["file"], name=f["name"], size=f["size"], sha256=f["sha256"])
                      for f in part.get("files", ())]  # fmt: skip
    OpenedPart.objects.bulk_create(made, batch_size=1000)
    for file in files:
        file.part_id = file.part.pk
    OpenedFile.objects.bulk_create(files, batch_size=1000)


def _part(proposal: OpenedProposal, position: int, part: dict[str, Any], question: Question | None) -> OpenedPart:
    value = part.get("value")
    if "terms" in part:  # another organization's part
        signed = {name: part[name] for name in ("signed", "signed_at", "signed_by")}
        value = {"terms": part["terms"], "own": part["value"], **signed}
    return OpenedPart(
        proposal=proposal, position=position, part=part["part"], title=part["title"], kind=part.get("kind", ""),
        marking=question.marking if question else "", question=question,
        criterion_id=question.criterion_id if question else None, value=value, lines=part.get("lines", []),
        confirmed=still_confirmed(part, question),
    )  # fmt: skip


def _partners(whole: dict[str, Any], bodies: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {
            "organization": bodies[int(part["part"].removeprefix("partner-"))],
            "name": part["title"],
            "role": part["terms"]["role"],
            "share": part["terms"]["share"],
        }
        for part in whole["parts"]
        if "terms" in part
    ]


def tell_opened(*, opening_id: int) -> int:
    """After the act: each proposer hears that its answer was opened, the department what was received. Returns how many."""
    opening = Opening.objects.select_related("solicitation", "opened_by").get(pk=opening_id)
    row = opening.solicitation
    assert opening.opened_at is not None and opening.received is not None
    with transaction.atomic():
        told = AnswersOpened(
            solicitation_id=row.pk, number=row.number, title=row.title, by=str(opening.opened_by),
            received=opening.received, url=_url("opening", row),
        )  # fmt: skip
        send(told, to=recipients.department(row.department_id, (*OFFICERS, "program_officer")))
    rows = list(opening.proposals.values_list("organization_id", "submission_id", "version"))
    for organization_id, submission_id, version in rows:
        with transaction.atomic():
            notice = YourAnswerOpened(
                submission_id=submission_id, version=version, number=row.number, title=row.title,
                opened_at=opening.opened_at, url=reverse("solicitations:proposal", args=[submission_id]),
            )  # fmt: skip
            send(notice, to=recipients.organization(organization_id))
    return len(rows)


def _url(page: str, row: Solicitation) -> str:
    return reverse(f"solicitations:{page}", args=[row.number])
