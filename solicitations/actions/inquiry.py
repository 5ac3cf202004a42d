"""Questions about a notice: asked privately until the hour the notice states, answered in public without the asker."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.desks import holders
from procurement_portal.people.models.membership import Desk
from procurement_portal.time.clock import CHICAGO, chicago, in_time, now, today
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import touched
from solicitations.events import InquiryAnswered
from solicitations.models.inquiry import Inquiry
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.publish import InquiryPublished, InquiryWaits
from solicitations.queries import inquiry as queries
from solicitations.queries.solicitation import internal, published
from solicitations.states import InquiryState, SolicitationState
from solicitations.workflow.notice import INQUIRY, of_own_department

ANSWER_RULE = "solicitations.inquiry_answer"
DESK = "inquiries"
MOST_LETTERS = 4000
CLOSING_HOUR = 17


@transaction.atomic
def ask(*, actor: Actor, solicitation_id: int, text: str) -> Inquiry:
    """Ask a question for the actor's organization. The database's clock decides whether it is in time.

    Starts the clock of the answer at the department's desk for questions (or, without one, with the drafter). History
    keeps that a question was asked, not who asked. Raises Invalid, Refused, Http404.
    """
    row = found_or_404(published(actor).select_for_update(of=("self",)), pk=solicitation_id)
    if actor.organization_id is None or actor.user_id is None:
        raise Refused(_("Questions are asked for an organization. Register it first, or choose it above."))
    present = now()
    if row.status != SolicitationState.PUBLISHED or row.questions_due_at is None:
        raise Refused(_("This notice takes no questions now."))
    if not in_time(present, row.questions_due_at):
        raise Refused(
            _("Questions were due %(due)s; it is %(now)s.")
            % {"due": words.exact(row.questions_due_at), "now": words.exact(present)}
        )
    text = text.strip()
    if not text:
        raise Invalid({"text": [_("Write your question.")]})
    if len(text) > MOST_LETTERS:
        raise Invalid({"text": [_("At most %(most)s letters.") % {"most": f"{MOST_LETTERS:,}"}]})
    inquiry = Inquiry.objects.create(
        solicitation=row, organization_id=actor.organization_id, asked_by_id=actor.user_id, text=text
    )
    hidden = Actor.system("a question about a notice, asked privately")
    record(hidden, "inquiry.ask", inquiry, after={"solicitation": row.number})
    _start_clock(row, inquiry)
    return inquiry


@transaction.atomic
def answer(*, actor: Actor, inquiry_id: int, lock: int, published_text: str, text: str) -> Inquiry:
    """Draft or change the answer, and the question as it will be published (without what would tell who asked).

    Raises Conflict when somebody else saved it meanwhile, Invalid, Refused once it is published.
    """
    inquiry = found_or_404(queries.for_staff(actor).select_for_update(of=("self",)), pk=inquiry_id)
    if not actor.can("solicitations.answer_inquiry"):
        raise Refused(_("Questions are answered by program officers and procurement officers."))
    of_own_department(inquiry.solicitation, actor)
    if inquiry.status == InquiryState.PUBLISHED:
        raise Refused(_("This answer is published. To correct it, issue an addendum."))
    if inquiry.lock != lock:
        current = {"published_text": inquiry.published_text, "answer": inquiry.answer}
        raise Conflict(_("Somebody saved this answer while you were writing."), current)
    found = {}
    if not published_text.strip():
        found["published_text"] = [_("Write the question as everybody will read it.")]
    if not text.strip():
        found["answer"] = [_("Write the answer.")]
    if found:
        raise Invalid(found)
    inquiry.published_text, inquiry.answer = published_text.strip(), text.strip()
    inquiry.answered_by_id, inquiry.answered_at = actor.user_id, now()
    inquiry.save(update_fields=["published_text", "answer", "answered_by", "answered_at"])
    if inquiry.status == InquiryState.ASKED:
        advance(INQUIRY, inquiry, "answer", actor=actor)
    else:
        record(actor, "inquiry.change_answer", inquiry)
    Inquiry.objects.filter(pk=inquiry.pk).update(lock=F("lock") + 1)
    inquiry.lock += 1
    return inquiry


@transaction.atomic
def publish_answers(*, actor: Actor, solicitation_id: int, inquiry_ids: list[int]) -> list[Inquiry]:
    """Publish drafted answers as the next numbers of the notice's questions and answers; returns them in order.

    Asking organizations are told. Raises Invalid when none is chosen, Conflict when one was published or changed
    meanwhile, Refused.
    """
    row = found_or_404(internal(actor).select_for_update(of=("self",)), pk=solicitation_id)
    chosen = list(
        Inquiry.objects.select_for_update(of=("self",))
        .filter(solicitation=row, pk__in=inquiry_ids)
        .order_by("asked_at", "pk")
    )
    if not chosen:
        raise Invalid({"inquiries": [_("Choose at least one answer.")]})
    if row.status != SolicitationState.PUBLISHED:
        raise Refused(_("Answers are published while the notice takes answers."))
    if any(inquiry.status != InquiryState.ANSWERED for inquiry in chosen):
        raise Conflict(_("One of these was published or changed meanwhile. Look at the list again."), None)
    last = row.inquiries.aggregate(last=Max("number"))["last"] or 0
    present = now()
    for number, inquiry in enumerate(chosen, last + 1):
        inquiry.solicitation = row
        inquiry.number, inquiry.published_at, inquiry.published_by_id = number, present, actor.user_id
        inquiry.save(update_fields=["number", "published_at", "published_by"])
        advance(INQUIRY, inquiry, "publish", actor=actor, number=number)
        clocks.stop(inquiry, ANSWER_RULE, "answered", actor)
        events.publish(InquiryAnswered(solicitation_id=row.pk, inquiry_id=inquiry.pk))
        send(
            InquiryPublished(
                inquiry_id=inquiry.pk,
                number=row.number,
                title=row.title,
                question=inquiry.published_text,
                answer=inquiry.answer,
                url=reverse("solicitations:inquiry-list-own"),
            ),
            to=recipients.users([inquiry.asked_by_id]),
        )
    touched(row)
    return chosen


def _start_clock(row: Solicitation, inquiry: Inquiry) -> None:
    assert row.due_at is not None
    outcome = engine.evaluate(
        ANSWER_RULE,
        {
            "asked_on": now().astimezone(CHICAGO).date(),
            "due_on": row.due_at.astimezone(CHICAGO).date(),
        },
        calendar=Calendar.for_jurisdiction(row.department.jurisdiction),
    )
    due = max(chicago(outcome["answer_by"], CLOSING_HOUR), now())
    desk = Desk.objects.filter(department_id=row.department_id, function=DESK, closed_at__isnull=True).first()
    if desk is not None and not holders(desk, today()):
        desk = None  # nobody would see it at an empty desk: the drafter answers
    url = reverse("solicitations:inquiry-desk", args=[row.number])
    clocks.start(
        inquiry,
        rule=ANSWER_RULE,
        citation="Portal policy, questions and answers",
        what=_("Answer the question about %(number)s") % {"number": row.number},
        due_at=due,
        desk=desk,
        user_id=None if desk else row.drafted_by_id,
        url=url,
        about=row.title,
    )
    waits = InquiryWaits(inquiry_id=inquiry.pk, number=row.number, text=inquiry.text, answer_by=due, url=url)
    send(waits, to=recipients.desk(desk) if desk else recipients.users([row.drafted_by_id]))
