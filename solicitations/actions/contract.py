"""Make the contract from an agreed award; end one that will not be signed."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.jurisdictions import government
from procurement_portal.people.models.body import Department, Venturer
from procurement_portal.standing.queries import may_be_awarded
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.execution import BRINGERS, SIGNERS, end_legislative_step, lay_out, stop_steps
from solicitations.actions.paper import make_paper, void
from solicitations.models.award import Award, LegislativeApproval, NegotiationVersion
from solicitations.models.contract import Contract, ContractParticipant, ContractSeries
from solicitations.notifications.contract import ContractEnded
from solicitations.queries.contract import ON_THE_WAY, internal, prime_id
from solicitations.queries.solicitation import internal as internal_notices
from solicitations.states import AwardState, LegislativeResult, ParticipantPart, PartnerRole, RecommendationState, Side
from solicitations.workflow.award import AWARD, no_protest_in_the_way
from solicitations.workflow.contract import CONTRACT

_PREFIX = {"city": "CHI", "county": "COOK"}
_PARTS = {
    PartnerRole.FISCAL_SPONSOR: ParticipantPart.FISCAL_SPONSOR,
    PartnerRole.PARTNER: ParticipantPart.SUBCONTRACTOR,
    PartnerRole.SUBCONTRACTOR: ParticipantPart.SUBCONTRACTOR,
}


def next_number(department: Department, year: int) -> str:
    """The next contract number of a department and fiscal year, "CHI-DFS-2027-C0012". Two at once never get the same."""
    ContractSeries.objects.get_or_create(department=department, fiscal_year=year)
    series = ContractSeries.objects.select_for_update().get(department=department, fiscal_year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{_PREFIX[department.jurisdiction]}-{department.code}-{year}-C{series.last:04d}"


@transaction.atomic
def make(*, actor: Actor, award_id: int) -> Contract:
    """Make the contract of an agreed award: number, terms, participants, steps, document.

    Raises Conflict when it was made already; Refused when the award is not agreed, not approved, above what was awarded, held
    up by a protest, or the organization may not be awarded.
    """
    seen = Award.objects.filter(solicitation__in=internal_notices(actor))
    award = found_or_404(seen.select_for_update(of=("self",)).select_related("solicitation__department"), pk=award_id)
    made = Contract.objects.filter(award=award).first()
    if made is not None:
        raise Conflict(_("The contract has been made: %(number)s.") % {"number": made.number}, made)
    if award.recommended.recommendation.status != RecommendationState.APPROVED:
        raise Refused(_("The recommendation has not been approved by every step."))
    version = agreed_version(award)
    if award.status != AwardState.AGREED or version is None:
        raise Refused(_("Both sides have not agreed to the same version yet."))
    _within(award, version)
    standing = may_be_awarded(award.organization_id, today())
    if not standing.ok:
        ground = standing.grounds[0]
        raise Refused(
            _("This organization may not be awarded: %(ground)s.") % {"ground": ground.ground}, ground.citation
        )
    row = award.solicitation
    officer = actor.user_id or version.agreements.get(side=Side.DEPARTMENT).agreed_by_id
    contract = Contract.objects.create(
        number=next_number(row.department, government(row.department.jurisdiction).fiscal_year(version.starts_on)),
        title=row.title, department=row.department, solicitation=row, lot=award.lot, award=award,
        original_amount=version.amount, starts_on=version.starts_on, ends_on=version.ends_on, areas=award.areas,
        renewals_left=row.renewals_count or 0, renewal_months=row.renewal_months, scope_trace=row.scope_trace,
        made_by_id=officer,
        terms={
            "award": award.pk, "version": version.number, "scope": version.scope, "budget": version.budget,
            "areas": award.areas, "solicitation": row.number, "conditions": "",
            "renewals": row.renewals_count or 0, "renewal_months": row.renewal_months or 0,
        },
    )  # fmt: skip
    _take_in(contract, award)
    advance(AWARD, award, "contract", actor=actor, contract=contract.number)
    clocks.stop_all(award, "contracted", actor)
    record(actor, "contract.make", contract, after={"number": contract.number, "amount": str(contract.original_amount)})
    make_paper(contract, actor, by=officer)
    lay_out(contract, actor)
    return contract


def make_when_agreed(*, award_id: int) -> Contract | None:
    """Both sides agreed: make the contract at once when nothing stands in the way. None, and nothing done, when something
    does: then the award's page has the button, with the reason."""
    system = Actor.system("both sides agreed")
    award = Award.objects.select_related("solicitation").get(pk=award_id)
    try:
        with transaction.atomic():
            no_protest_in_the_way(award, system)
            return make(actor=system, award_id=award_id)
    except (Refused, Conflict):
        return None


def agreed_version(award: Award) -> NegotiationVersion | None:
    """The newest version of scope and budget that both sides agreed to."""
    for version in award.versions.prefetch_related("agreements").order_by("-number"):
        if set(Side.values) <= {agreement.side for agreement in version.agreements.all()}:
            return version
    return None


def _within(award: Award, version: NegotiationVersion) -> None:
    """No contract above what was awarded, none whose budget does not sum to its amount."""
    if award.amount is None or version.amount > award.amount:
        raise Refused(_("The agreed amount is above what was awarded. Agree to a version within the award."))
    whole = sum((Decimal(line["cents"]) for line in version.budget), Decimal(0)).scaleb(-2)
    if version.budget and whole != version.amount:
        raise Refused(_("The budget lines do not add up to the agreed amount."))


def participants_of(award: Award) -> dict[tuple[int, ParticipantPart], Decimal | None]:
    """(organization, part) → share in percent: as the opened proposal names them; venturers as registered."""
    rows: dict[tuple[int, ParticipantPart], Decimal | None] = {(award.organization_id, ParticipantPart.PRIME): None}
    for partner in award.proposal.partners:
        share = Decimal(str(partner.get("share") or 0))
        rows[(int(partner["organization"]), _PARTS[PartnerRole(partner["role"])])] = share or None
    for venturer in Venturer.objects.filter(venture_id=award.organization_id, agreed_at__isnull=False):
        rows[(venturer.member_id, ParticipantPart.VENTURER)] = venturer.share_percent
    return rows


def _take_in(contract: Contract, award: Award) -> None:
    ContractParticipant.objects.bulk_create(
        ContractParticipant(contract=contract, organization_id=pk, part=part, share_percent=share)
        for (pk, part), share in participants_of(award).items()
    )


@transaction.atomic
def abandon(*, actor: Actor, contract_id: int, why: str, by: int | None = None) -> Contract:
    """End a contract that will not be signed, for a stated reason that both sides read.

    `by` is the officer it is ended for where the portal acts. Raises Invalid, Refused, Conflict.
    """
    contract = found_or_404(internal(actor).select_for_update(of=("self",)), pk=contract_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why it will not be signed. Both sides read it.")]})
    advance(CONTRACT, contract, "abandon", actor=actor, why=why.strip())
    void(contract, actor, why.strip(), by=by)
    stop_steps(contract, "abandoned", actor)
    told = ContractEnded(
        contract_id=contract.pk, amendment=0, by=actor.label, why=why.strip(), number=contract.number,
        title=contract.title, url=reverse("solicitations:our-contract", args=[contract.pk]),
    )  # fmt: skip
    send(told, to=recipients.organization(prime_id(contract), (*BRINGERS, *SIGNERS), contract.scopes))
    return contract


@transaction.atomic
def legislature_decided(*, award_id: int) -> None:
    """The legislative body decided on an award: its step of the contract ends, or the contract does with the reason.

    Nothing to do while no contract is made, nothing is decided, or twice.
    """
    approval = LegislativeApproval.objects.filter(award_id=award_id).first()
    contract = Contract.objects.filter(award_id=award_id, status__in=ON_THE_WAY).first()
    if approval is None or contract is None:
        return
    if approval.result == LegislativeResult.APPROVED:
        end_legislative_step(award_id=award_id)
    elif approval.result == LegislativeResult.REJECTED:
        why = _("The %(body)s rejected it, file %(file)s.") % {"body": approval.body, "file": approval.file_number}
        system = Actor.system("the legislative body rejected")
        abandon(actor=system, contract_id=contract.pk, why=why, by=approval.recorded_by_id)
