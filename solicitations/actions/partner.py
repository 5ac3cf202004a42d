"""Partners: invited by the lead, writing and signing their own part, free to decline."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.answer import Saved, Theirs
from solicitations.actions.budget import next_own_key, write_line
from solicitations.actions.freeze import keep_complete, sealed_json
from solicitations.actions.working_copy import Held, Late, in_time_or_kept, keep_late, require_open, touch
from solicitations.events import PartnerInvited, PartnerSigned
from solicitations.models.partner import WHOLE, Partner, PartnerConsent
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.draft import draft
from solicitations.queries.submission import arrival, own, part_of, parts, terms_of
from solicitations.states import LateAct, PartnerRole

T = TypeVar("T")
INVITED = "solicitations.partner_invited"


def consent_text(organization: str, lead: str) -> str:
    """What a partner's signatory signs."""
    return _(
        "I am authorized to sign for %(organization)s. It takes part in the proposal of %(lead)s with the role, the share"
        " and the work shown on this page, and what it wrote in its part is true."
    ) % {"organization": organization, "lead": lead}


def _terms(given: Mapping[str, Any]) -> dict[str, Any]:
    problems: dict[str, list[str]] = {}
    role = str(given.get("role", ""))
    if role not in PartnerRole.values:
        problems["role"] = [_("Choose what the organization is in this proposal.")]
    try:
        share = Decimal(str(given.get("share", "")).strip().rstrip("%"))
        if not 0 <= share <= WHOLE or share != share.quantize(Decimal("0.01")):
            raise InvalidOperation
    except InvalidOperation:
        share = Decimal(0)
        problems["share"] = [_("Enter a share from 0 to 100 percent, with at most two places.")]
    work = str(given.get("work", "")).strip()
    if not work:
        problems["work"] = [_("Say what the organization will do.")]
    if problems:
        raise Invalid(problems)
    return {"role": role, "share": format(share, "f"), "work": work[:4000]}


def _check_shares(held: Held, share: str, besides: int | None) -> None:
    total = Decimal(share)
    for other in Partner.objects.filter(submission=held.submission, removed_at=None, declined_at=None):
        if other.pk != besides:
            total += Decimal(terms_of(held.submission, other)["share"])
    if total > WHOLE:
        raise Invalid({"share": [_("With this share all partners have %(total)s percent. At most 100 can be given.") % {
            "total": total.normalize()}]})  # fmt: skip


def invite(*, actor: Actor, submission: Submission, organization_id: int, given: Mapping[str, Any]) -> Partner:
    """Ask another organization to take part: `given` has role, share (percent, as text) and work.

    Raises Invalid (also when all shares pass 100 percent), Conflict when it was asked already, Late, Refused.
    """

    def work(held: Held) -> Partner:
        terms = _terms(given)
        if organization_id == held.submission.organization_id:
            raise Invalid({"organization": [_("Your own organization leads this proposal.")]})
        if Partner.objects.filter(
            submission=held.submission, organization_id=organization_id, removed_at=None, declined_at=None
        ).exists():
            raise Conflict(_("This organization is already a partner in the proposal."))
        _check_shares(held, terms["share"], None)
        partner = Partner(
            submission=held.submission, organization_id=organization_id, terms=b"", invited_by_id=actor.user_id
        )
        partner.save()
        terms["salt"] = secrets.token_hex(16)
        partner.terms = sealed_json(held.submission, terms, f"terms:{partner.pk}|1")
        partner.save(update_fields=["terms"])
        touch(held)
        record(held.actor, "proposal.invite_partner", held.submission, after={"partner": partner.pk})
        events.publish(PartnerInvited(partner_id=partner.pk, organization_id=organization_id))
        enqueue(INVITED, key=f"{INVITED}:{partner.pk}", partner_id=partner.pk)
        return partner

    return in_time_or_kept(actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given=dict(given))


def change_terms(
    *, actor: Actor, submission: Submission, partner: Partner, given: Mapping[str, Any], base_version: int
) -> Saved:
    """Change role, share or work of a partner; a signature given before no longer fits and is asked for again."""

    def work(held: Held) -> Saved:
        terms = _terms(given)
        present = _standing(held, partner.pk)
        old = terms_of(held.submission, present)
        if {**old, **terms} == old:
            return Saved(present.terms_version, held.at, terms)
        if present.terms_version != base_version:
            raise Conflict(
                _("The terms changed while you were writing. Read them again."),
                Theirs(old, present.terms_version, "", held.at),
            )
        _check_shares(held, terms["share"], present.pk)
        version = present.terms_version + 1
        Partner.objects.filter(pk=present.pk).update(
            terms=sealed_json(held.submission, {**terms, "salt": old["salt"]}, f"terms:{present.pk}|{version}"),
            terms_version=version,
        )
        touch(held)
        record(held.actor, "proposal.change_partner", held.submission, after={"partner": present.pk})
        return Saved(version, held.at, terms)

    return in_time_or_kept(actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given=dict(given))


def take_out(*, actor: Actor, submission: Submission, partner: Partner) -> None:
    """Go on without a partner. Raises Conflict when it is out already, Late."""

    def work(held: Held) -> None:
        present = _standing(held, partner.pk)
        Partner.objects.filter(pk=present.pk).update(removed_at=held.at, removed_by_id=held.actor.user_id)
        touch(held)
        keep_complete(held)
        record(held.actor, "proposal.remove_partner", held.submission, after={"partner": present.pk})

    in_time_or_kept(actor, submission.pk, "proposals.edit", LateAct.SAVE, work, given={"remove": partner.pk})


def _standing(held: Held, partner_id: int) -> Partner:
    found = Partner.objects.filter(pk=partner_id, submission=held.submission, removed_at=None, declined_at=None).first()
    if found is None:
        raise Conflict(_("This organization is no longer a partner in the proposal."))
    return found


# --- What the partner itself does --------------------------------------------------------------------------------------------


def _as_partner(actor: Actor, partner: Partner, permission: str, given: Any, work: Callable[[Held, Partner], T]) -> T:
    """As `in_time_or_kept`, for the partner's own people: they hold the lead's proposal only through their part."""
    with transaction.atomic():
        at = arrival().at
        allowed = parts(actor).get(pk=partner.pk)
        if not actor.can(permission):
            raise Refused(_("Your role in your organization does not allow this. Ask its administrator."))
        submission = (
            own(Actor.system("a partner works on its part"))
            .select_for_update(of=("self",), no_key=True)
            .get(pk=allowed.submission_id)
        )
        held = Held(submission, actor, at)
        if not held.is_late:
            require_open(held)
            return work(held, _standing(held, partner.pk))
        keep_late(held, LateAct.SAVE, {"partner": partner.pk, "given": given}, None)
    assert submission.solicitation.due_at is not None
    raise Late(submission.solicitation.due_at, at, LateAct.SAVE)


def save_part(*, actor: Actor, partner: Partner, text: str, base_version: int) -> Saved:
    """Save what a partner says about its own part. Raises Conflict with `Theirs`, Late, Refused."""

    def work(held: Held, present: Partner) -> Saved:
        value = {"text": text.replace("\r\n", "\n").replace("\x00", "").strip()[:20_000]}
        old = part_of(held.submission, present)
        if old == value:
            return Saved(present.part_version, held.at, value)
        if present.part_version != base_version:
            raise Conflict(
                _("A colleague saved another text while you were writing."),
                Theirs(old or {"text": ""}, present.part_version, "", held.at),
            )
        version = present.part_version + 1
        Partner.objects.filter(pk=present.pk).update(
            part=sealed_json(held.submission, value, f"part:{present.pk}|{version}"), part_version=version
        )
        touch(held)
        return Saved(version, held.at, value)

    return _as_partner(actor, partner, "proposals.edit", text, work)


def save_part_line(
    *, actor: Actor, partner: Partner, question: Question, key: str, given: Mapping[str, Any], base_version: int
) -> Saved:
    """Save a line of the partner's own budget; key "" adds one. Raises Invalid, Conflict, Late, Refused."""

    def work(held: Held, present: Partner) -> Saved:
        own_key = key or next_own_key(held, question, present)
        return write_line(held, question, own_key, given, base_version, present)

    return _as_partner(actor, partner, "proposals.edit", dict(given), work)


def sign(*, actor: Actor, partner: Partner, typed_name: str, agreed: bool, seen_digest: str) -> PartnerConsent:
    """A partner's signatory signs exactly what the page showed (`seen_digest`).

    Raises Conflict when the terms, the part or the lines changed since, Invalid, Late, Refused.
    """

    def work(held: Held, present: Partner) -> PartnerConsent:
        need_second_factor(actor)
        if not agreed or " ".join(typed_name.split()).casefold() != " ".join(actor.name.split()).casefold():
            raise Invalid(
                {
                    "typed_name": [
                        _("Check the box and type your name as it stands in your account: %(name)s.")
                        % {"name": actor.name}
                    ]
                }
            )
        shown = next(p for p in draft(held.submission).partners if p.partner.pk == present.pk)
        if shown.digest != seen_digest:
            raise Conflict(_("The terms or your part changed after you opened this page. Read them again, then sign."))
        if shown.signed and shown.consent is not None:
            return shown.consent
        text = consent_text(present.organization.name, held.submission.organization.name)
        consent = PartnerConsent.objects.create(
            partner=present,
            digest=shown.digest,
            attestation=sealed_json(
                held.submission, {"name": typed_name.strip(), "text": text}, f"consent:{present.pk}"
            ),
            signed_at=held.at,
            signed_by_id=actor.user_id,
        )
        touch(held)
        keep_complete(held)
        record(actor, "proposal.partner_signs", held.submission, after={"partner": present.pk})
        events.publish(PartnerSigned(partner_id=present.pk, submission_id=held.submission.pk))
        return consent

    return _as_partner(actor, partner, "organization.sign", {"sign": typed_name}, work)


def decline(*, actor: Actor, partner: Partner) -> None:
    """Step out of a proposal. Raises Conflict when already out, Late, Refused."""

    def work(held: Held, present: Partner) -> None:
        Partner.objects.filter(pk=present.pk).update(declined_at=held.at, declined_by_id=actor.user_id)
        touch(held)
        keep_complete(held)
        record(actor, "proposal.partner_declines", held.submission, after={"partner": present.pk})

    _as_partner(actor, partner, "organization.sign", {"decline": True}, work)
