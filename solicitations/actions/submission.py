"""Start, submit, replace, withdraw; the consent to submit the last complete version at the deadline."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.time.clock import in_time, now
from procurement_portal.vault.sealing import new_data_key
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.freeze import Attestation, freeze, keep_for, read, sealed_json, snapshot
from solicitations.actions.working_copy import Held, in_time_or_kept
from solicitations.events import ProposalStarted, ProposalSubmitted, ProposalWithdrawn
from solicitations.models.receipt import SubmittedVersion
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import AdvanceConsent, Envelope, Submission
from solicitations.queries.submission import advance_consent, attestation_of, may_start, opened_json, own
from solicitations.states import EnvelopeKind, LateAct, Method, SolicitationState, SubmissionKind
from solicitations.workflow.notice import SUBMISSION

DUE_CLOCK = "solicitations.answer_due"
AFTER_SUBMIT, AT_DUE = "solicitations.after_submit", "solicitations.submit_at_due"
_KINDS = {Method.COMPETITIVE_BID: SubmissionKind.BID}


def attestation_text(organization: str) -> str:
    """What a signatory attests when submitting."""
    return _(
        "I am authorized to sign for %(organization)s. I have read this proposal. To the best of my knowledge it is true"
        " and complete, and each person and organization named in it has agreed to be named."
    ) % {"organization": organization}


def advance_text(organization: str, due_at: datetime) -> str:
    """What a signatory attests when consenting in advance."""
    return _(
        "I am authorized to sign for %(organization)s. Unless we submit ourselves, the portal submits our last complete"
        " version, also one saved after today, on %(due)s. I attest now that what my colleagues save until then is to the"
        " best of their knowledge true and complete. I can take this back until that hour."
    ) % {"organization": organization, "due": words.instant(due_at)}


def start(*, actor: Actor, solicitation: Solicitation) -> Submission:
    """Begin the answer of the actor's organization, or return the one already begun. Raises Refused when none is taken."""
    if actor.organization_id is None or not may_start(actor, solicitation):
        raise Refused(_("Beginning an answer is for administrators, signatories and preparers of an organization."))
    found = own(actor).filter(solicitation=solicitation).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _begin(actor, solicitation)
    except IntegrityError:  # a colleague was first
        return own(actor).get(solicitation=solicitation)


def _begin(actor: Actor, solicitation: Solicitation) -> Submission:
    if solicitation.status != SolicitationState.PUBLISHED or solicitation.due_at is None:
        raise Refused(_("This solicitation takes no answers now."))
    if not in_time(now(), solicitation.due_at):
        raise Refused(_("Answers were due %(due)s.") % {"due": words.exact(solicitation.due_at)})
    submission = Submission.objects.create(
        solicitation=solicitation,
        organization_id=actor.organization_id,
        kind=_KINDS.get(Method(solicitation.method), SubmissionKind.PROPOSAL),
        data_key=new_data_key("proposal", f"solicitation:{solicitation.pk} organization:{actor.organization_id}"),
        started_by_id=actor.user_id,
    )
    Envelope.objects.create(submission=submission, kind=EnvelopeKind.WHOLE)
    clocks.start(
        submission,
        rule=DUE_CLOCK,
        citation=_("The due date printed in the notice"),
        what=_("Submit your answer to %(number)s") % {"number": solicitation.number},
        due_at=solicitation.due_at,
        organization_id=actor.organization_id,
        url=reverse("solicitations:proposal", args=[submission.pk]),
        about=solicitation.title,
        actor=actor,
        remind=(7, 3, 1),
    )
    record(actor, "proposal.start", submission)
    events.publish(ProposalStarted(submission_id=submission.pk))
    return submission


def submit(
    *, actor: Actor, submission: Submission, token: uuid.UUID, typed_name: str, agreed: bool, seen_content: int
) -> SubmittedVersion:
    """Sign and submit the working copy as the next version.

    `token` comes from the review page: the same click twice is one version, also when the answer to the first was lost.
    `seen_content` is the working copy's number on that page. Raises Invalid (not agreed, another name, something missing),
    Conflict (somebody changed or submitted meanwhile), Refused (not a signatory, no second factor), Late.
    """

    def done_before(held: Held) -> SubmittedVersion | None:
        return SubmittedVersion.objects.filter(submission=held.submission, token=token).first()

    def work(held: Held) -> SubmittedVersion:
        need_second_factor(actor)
        _check_words(actor, typed_name, agreed)
        present = held.submission
        if present.status == "submitted" and present.submitted_content == present.content_version:
            raise Conflict(
                _("A colleague submitted exactly this version on %(at)s. There is nothing more to submit.")
                % {"at": words.instant(present.submitted_at)},
                present,
            )
        if present.content_version != seen_content:
            raise Conflict(
                _("Somebody changed an answer after you opened the review page. Review the proposal again, then sign."),
                present,
            )
        copy, asked, lacking = read(present, held.at)
        if lacking:
            raise Invalid({"": [item.text for item in lacking]})
        attestation = Attestation(
            typed_name.strip(), attestation_text(present.organization.name), _user(actor), actor.email
        )
        version = freeze(
            held, snapshot(copy, asked), attestation, token=token, content=present.content_version,
            received_at=held.at, content_as_of=present.changed_at, in_advance=False,
        )  # fmt: skip
        _stands(held, version, held.actor)
        return version

    return in_time_or_kept(
        actor, submission.pk, "proposals.submit", LateAct.SUBMIT, work, given={"name": typed_name}, first=done_before
    )


def _check_words(actor: Actor, typed_name: str, agreed: bool) -> None:
    problems: dict[str, list[str]] = {}
    if " ".join(typed_name.split()).casefold() != " ".join(actor.name.split()).casefold():
        problems["typed_name"] = [_("Type your name as it stands in your account: %(name)s.") % {"name": actor.name}]
    if not agreed:
        problems["agreed"] = [_("Check the box to attest, or ask another signatory.")]
    if problems:
        raise Invalid(problems)


def _stands(held: Held, version: SubmittedVersion, actor: Actor) -> None:
    """Make a new version the one that stands: state, history, event, and what follows outside the request."""
    submission = held.submission
    Submission.objects.filter(pk=submission.pk).update(
        number=version.number, submitted_at=version.received_at, submitted_content=version.content
    )
    submission.number, submission.submitted_at = version.number, version.received_at
    submission.submitted_content = version.content
    advance(SUBMISSION, submission, "submit", actor=actor, version=version.number, in_advance=version.in_advance)
    events.publish(ProposalSubmitted(submission_id=submission.pk, number=version.number, in_advance=version.in_advance))
    enqueue(AFTER_SUBMIT, key=f"{AFTER_SUBMIT}:{version.pk}", version_id=version.pk)


def withdraw(*, actor: Actor, submission: Submission, why: str = "") -> Submission:
    """Take the submitted version back before the due hour. The working copy stays and can be submitted again.

    Raises Conflict when nothing is submitted, Refused, Late.
    """

    def work(held: Held) -> Submission:
        need_second_factor(actor)
        advance(SUBMISSION, held.submission, "withdraw", actor=held.actor, why=why.strip()[:500])
        consent = advance_consent(held.submission)
        if consent is not None:  # else the portal would hand in at the deadline what was just taken back
            _revoke(held, consent)
        events.publish(ProposalWithdrawn(submission_id=held.submission.pk))
        return held.submission

    return in_time_or_kept(actor, submission.pk, "proposals.withdraw", LateAct.WITHDRAW, work, given={"why": why})


# --- The consent given in advance ------------------------------------------------------------------------------------------


def consent_in_advance(*, actor: Actor, submission: Submission, typed_name: str, agreed: bool) -> AdvanceConsent:
    """Consent that the portal submits the last complete version at the deadline. Raises Invalid, Conflict, Refused, Late."""

    def work(held: Held) -> AdvanceConsent:
        need_second_factor(actor)
        _check_words(actor, typed_name, agreed)
        if advance_consent(held.submission) is not None:
            raise Conflict(_("This consent has already been given."))
        due_at = held.submission.solicitation.due_at
        assert due_at is not None
        text = advance_text(held.submission.organization.name, due_at)
        signed = {"name": typed_name.strip(), "text": text, "email": actor.email, "at": held.at.isoformat()}
        consent = AdvanceConsent.objects.create(
            submission=held.submission,
            attestation=sealed_json(held.submission, signed, "advance"),
            given_at=held.at,
            given_by_id=_user(actor),
        )
        keep_for(held, consent)
        record(actor, "proposal.consent_in_advance", held.submission)
        _at_due(consent, due_at)
        return consent

    return in_time_or_kept(
        actor, submission.pk, "proposals.submit", LateAct.SUBMIT, work, given={"in_advance": typed_name}
    )


def revoke_advance(*, actor: Actor, submission: Submission) -> None:
    """Take the consent back. Raises Conflict when there is none, Refused, Late."""

    def work(held: Held) -> None:
        consent = advance_consent(held.submission)
        if consent is None:
            raise Conflict(_("There is no such consent any more."))
        _revoke(held, consent)

    in_time_or_kept(actor, submission.pk, "proposals.submit", LateAct.WITHDRAW, work)


def _revoke(held: Held, consent: AdvanceConsent) -> None:
    AdvanceConsent.objects.filter(pk=consent.pk).update(revoked_at=held.at, revoked_by_id=held.actor.user_id)
    record(held.actor, "proposal.revoke_advance", held.submission)


def _at_due(consent: AdvanceConsent, due_at: datetime) -> None:
    enqueue(AT_DUE, key=f"{AT_DUE}:{consent.pk}:{due_at.isoformat()}", due_at=due_at, consent_id=consent.pk)


def submit_at_due(*, consent_id: int) -> SubmittedVersion | None:
    """At the deadline: hand in the last complete version under a consent given in advance; None when there is nothing to do.

    Right when it runs late or twice, and when the date moved: then it asks again at the new hour. The version was saved
    before the due instant, under the lock and by the database's clock; its receipt names the due instant as the time of
    receipt, when it was recorded, and of when the content is.
    """
    system = Actor.system("consent given in advance")
    found = AdvanceConsent.objects.filter(pk=consent_id).values_list("submission_id", flat=True).first()
    with transaction.atomic():
        if found is None:
            return None
        submission = own(system).select_for_update(of=("self",), no_key=True).get(pk=found)
        consent = advance_consent(submission)
        if consent is None or consent.pk != consent_id:
            return None
        consent.submission = submission
        held, due_at = Held(submission, system, now()), submission.solicitation.due_at
        if due_at is None:
            return None
        if in_time(held.at, due_at):  # the date moved, or we are early: ask again at the hour
            key = f"{AT_DUE}:{consent.pk}:{due_at.isoformat()}:{held.at.isoformat()}"
            enqueue(AT_DUE, key=key, due_at=due_at, consent_id=consent.pk)
            return None
        if submission.solicitation.status == SolicitationState.CANCELED:
            return None
        unchanged = submission.status == "submitted" and (submission.submitted_content or 0) >= (
            consent.snapshot_content or 0
        )
        if consent.snapshot is None or unchanged:
            return None
        signed = attestation_of(consent)
        frozen = opened_json(submission, consent.snapshot, f"advance:{consent.pk}")
        assert consent.snapshot_at is not None and consent.snapshot_content is not None
        version = freeze(
            held, frozen, Attestation(signed["name"], signed["text"], consent.given_by_id, signed["email"]),
            token=uuid.uuid4(), content=consent.snapshot_content, received_at=due_at,
            content_as_of=consent.snapshot_at, in_advance=True,
        )  # fmt: skip
        AdvanceConsent.objects.filter(pk=consent.pk).update(used_at=held.at)
        _stands(held, version, system)
        return version


def solicitation_moved(*, solicitation_id: int, due_at: datetime, why: str) -> int:
    """A new due date reaches every proposal's clock and every consent in advance; returns how many proposals."""
    system, count = Actor.system("due date moved"), 0
    for submission in own(system).filter(solicitation_id=solicitation_id):
        with transaction.atomic():
            clock = clocks.Clock.objects.filter(
                subject_type="solicitations.submission", subject_id=str(submission.pk), rule=DUE_CLOCK, stopped_at=None
            ).first()
            if clock is not None:
                clocks.move(clock, due_at, why, system)
            consent = advance_consent(submission)
            if consent is not None:
                _at_due(consent, due_at)
            count += 1
    return count


def _user(actor: Actor) -> int:
    if actor.user_id is None:
        raise Refused(_("A person signs, not the portal."))
    return actor.user_id
