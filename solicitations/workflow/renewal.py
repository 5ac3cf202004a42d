"""The way of one contract in a batch of renewals, as a table. Once confirmed, its amendment goes the way of amendments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement_portal.history import telling
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import Transition, Workflow
from solicitations.models.renewal import RenewalBatch, RenewalItem
from solicitations.states import RenewalState

R = RenewalState
# How history tells these acts; the buttons are named otherwise.
telling.ACTS.update(
    {
        "renewal_batch.begin": _("Batch begun"),
        "renewal_batch.send": _("Batch sent"),
        "renewal.send": _("Sent to the organization"),
        "renewal.held": _("Not sent: a check does not hold"),
        "renewal.change": _("Terms changed"),
        "renewal.confirm": _("Confirmed by the organization"),
        "renewal.confirm_held": _("Confirmed, but it can no longer be had"),
        "renewal.ask": _("The organization asks for changes"),
        "renewal.revise": _("Taken up again"),
        "renewal.fall_back": _("Back to the department"),
        "renewal.drop": _("Dropped from the batch"),
        "contract.ask_renewal": _("Asked whether it is renewed or ends"),
        "contract.let_end": _("Decided: it ends"),
        "contract.let_end_taken_back": _("The decision that it ends was taken back"),
    }
)


def batch_of_own_department(batch: RenewalBatch, actor: Actor) -> None:
    """A department renews its own contracts; whoever is of another one is refused."""
    if not actor.is_system and actor.department_id != batch.department_id:
        raise Refused(str(_("This belongs to another department.")))


def item_of_own_department(subject: RenewalItem, actor: Actor) -> None:
    """As for the batch."""
    batch_of_own_department(subject.batch, actor)


RENEWAL = Workflow(
    name="renewal",
    field="status",
    states=RenewalState,
    initial=R.DRAFT,
    public={
        R.DRAFT: _("Being prepared"),
        R.SENT: _("Sent to the organization"),
        R.ASKED: _("Changes asked for"),
        R.CONFIRMED: _("Confirmed"),
        R.DROPPED: _("Dropped"),
    },
    transitions=(
        Transition(
            act="send",
            source=(R.DRAFT,),
            target=R.SENT,
            permission="solicitations.prepare_contract",
            label=_("Send it to the organization"),
            guards=(item_of_own_department,),
        ),
        Transition(
            act="confirm",
            source=(R.SENT,),
            target=R.CONFIRMED,
            permission="contracts.answer",
            label=_("Confirm the terms"),
            irreversible=True,
        ),
        Transition(
            act="ask",
            source=(R.SENT,),
            target=R.ASKED,
            permission="contracts.answer",
            label=_("Ask for changes"),
        ),
        Transition(
            act="revise",
            source=(R.ASKED,),
            target=R.DRAFT,
            permission="solicitations.prepare_contract",
            label=_("Change the terms"),
            guards=(item_of_own_department,),
        ),
        Transition(
            act="fall_back",
            source=(R.SENT,),
            target=R.DRAFT,
            permission="",  # a check that held when it was sent fails when it is confirmed
            label=_("Its checks no longer hold"),
        ),
        Transition(
            act="drop",
            source=(R.DRAFT, R.SENT, R.ASKED),
            target=R.DROPPED,
            permission="solicitations.prepare_contract",
            label=_("Drop it from the batch"),
            guards=(item_of_own_department,),
            irreversible=True,
        ),
    ),
    final=frozenset({R.CONFIRMED, R.DROPPED}),
)
