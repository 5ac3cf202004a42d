"""The recommendation: who sees it, what each row rests on, and what stands against sending it.

`problems` is the whole list of what would be refused, each in words with its arithmetic; the page shows it before the button.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from procurement_portal.history.models import Entry
from procurement_portal.history.record import subject_type
from procurement_portal.people.actor import Actor
from procurement_portal.standing.queries import Standing, may_all_be_awarded
from procurement_portal.web import words
from solicitations.models.facts import Lot, ServiceArea
from solicitations.models.opening import OpenedProposal, ResponsivenessFinding
from solicitations.models.recommendation import Approval, Recommendation, RecommendedAward
from solicitations.models.scoring import Tally
from solicitations.queries.solicitation import internal
from solicitations.queries.tally import SEES_SCORES, result_rows
from solicitations.states import ApprovalStep, RecommendedOutcome

AWARD, WAITING, NONE = RecommendedOutcome.AWARD, RecommendedOutcome.WAITING_LIST, RecommendedOutcome.NO_AWARD
MAKERS_ACTS = ("recommendation.begin", "recommendation.save", "recommendation.fill", "recommendation.send")


@dataclass(frozen=True)
class Line:
    """One row with what it rests on: below a minimum, not responsive, its standing; tied with others."""

    row: RecommendedAward
    below: list[str] = field(default_factory=list)
    not_responsive: str = ""
    standing: Standing = field(default_factory=Standing)
    tied: bool = False

    @property
    def eligible(self) -> bool:
        """Whether anything but the officers' judgment keeps the proposal from an award."""
        return not self.below and not self.not_responsive and self.standing.ok and self.row.rank is not None

    @property
    def why_not(self) -> list[str]:
        """In words, what keeps it from an award."""
        found = [_("Below the minimum: %(what)s") % {"what": name} for name in self.below]
        if self.not_responsive:
            found.append(_("Not responsive: %(why)s") % {"why": self.not_responsive})
        found += [f"{ground.organization}: {ground.ground} ({ground.citation})" for ground in self.standing.grounds]
        return found


@dataclass(frozen=True)
class Departure:
    """A place where awards do not follow the rank: who is passed over, and who goes before it."""

    passed: RecommendedAward
    by: RecommendedAward

    @property
    def words(self) -> str:
        """In words."""
        return _("%(passed)s (rank %(rank)s) is passed over by %(by)s (rank %(other)s).") % {
            "passed": self.passed.proposal.organization,
            "rank": self.passed.rank,
            "by": self.by.proposal.organization,
            "other": self.by.rank,
        }


def recommendations(actor: Actor) -> QuerySet[Recommendation]:
    """Those this actor may see: managers, recommenders and approvers, as far as they see the notice."""
    rows = Recommendation.objects.select_related(
        "solicitation__department", "tally__evaluation", "tally__trace", "made_by", "sent_by"
    )
    if actor.is_system:
        return rows
    if not any(actor.can(permission) for permission in SEES_SCORES):
        return rows.none()
    return rows.filter(solicitation__in=internal(actor).values("pk"))


def rows_of(recommendation: Recommendation) -> QuerySet[RecommendedAward]:
    """Its rows by lot and rank; the ones without a rank last."""
    rows = recommendation.rows.select_related("proposal__organization", "lot", "recommendation")
    return rows.order_by("lot__position", "rank", "proposal__position")


def lines(recommendation: Recommendation, on: date, rows: Iterable[RecommendedAward] | None = None) -> list[Line]:
    """The rows with what each rests on that day, in a constant number of statements."""
    found = list(rows_of(recommendation) if rows is None else rows)
    tally = recommendation.tally
    results, names = result_rows(tally), {c["id"]: c["name"] for c in tally.content["criteria"]}
    refused = not_responsive(recommendation.solicitation_id)
    standings = may_all_be_awarded({row.proposal.organization_id for row in found}, on)
    made = []
    for row in found:
        result = results.get(row.proposal.position, {})
        made.append(
            Line(
                row=row,
                below=[names[c] for c in result.get("below_minimum", [])],
                not_responsive=refused.get(row.proposal_id, ""),
                standing=standings[row.proposal.organization_id],
                tied=bool(result.get("tied")),
            )
        )
    return made


def not_responsive(solicitation_id: int) -> dict[int, str]:
    """Proposal id → reason, of those whose newest finding says not responsive."""
    newest: dict[int, ResponsivenessFinding] = {}
    rows = ResponsivenessFinding.objects.filter(proposal__solicitation_id=solicitation_id).order_by("pk")
    for finding in rows:
        newest[finding.proposal_id] = finding
    return {pk: finding.reason for pk, finding in newest.items() if not finding.responsive}


def departures(found: Iterable[Line]) -> list[Departure]:
    """Each eligible proposal that gets less than one ranked behind it (or with it), in the same lot; named once."""
    order = {AWARD: 0, WAITING: 1, NONE: 2}

    def place(row: RecommendedAward) -> tuple[int, int]:
        return (order[RecommendedOutcome(row.outcome)], row.waiting_position or 0)

    by_lot: dict[int | None, list[Line]] = {}
    for line in found:
        if line.eligible:
            by_lot.setdefault(line.row.lot_id, []).append(line)
    made = []
    for group in by_lot.values():
        ranked = sorted(group, key=lambda one: one.row.rank or 0)
        for index, line in enumerate(ranked):
            behind = [other.row for other in ranked[index + 1 :] if place(other.row) < place(line.row)]
            behind = [row for row in behind if (row.rank or 0) > (line.row.rank or 0)]
            if behind:
                made.append(Departure(line.row, min(behind, key=place)))
    return made


def undecided_ties(found: Iterable[Line]) -> list[str]:
    """Organizations that share a rank, are treated differently, and have no reason beside them."""
    groups: dict[tuple[int | None, int | None], list[Line]] = {}
    for line in found:
        if line.tied and line.eligible:
            groups.setdefault((line.row.lot_id, line.row.rank), []).append(line)
    return [
        str(line.row.proposal.organization)
        for group in groups.values()
        if len({(one.row.outcome, one.row.waiting_position) for one in group}) > 1
        for line in group
        if not line.row.reason.strip()
    ]


def totals(found: Iterable[Line]) -> dict[int | None, Decimal]:
    """The sum of the awards, by lot; under None the sum of all."""
    sums: dict[int | None, Decimal] = {None: Decimal(0)}
    for line in found:
        if line.row.outcome == AWARD and line.row.amount:
            sums[None] += line.row.amount
            if line.row.lot_id:
                sums[line.row.lot_id] = sums.get(line.row.lot_id, Decimal(0)) + line.row.amount
    return sums


def problems(recommendation: Recommendation, found: list[Line]) -> list[str]:
    """Everything that stands against sending it, in words."""
    row = recommendation.solicitation
    told = _money_problems(recommendation, found)
    areas = set(ServiceArea.objects.filter(solicitation=row).values_list("area", flat=True))
    for line in found:
        name = str(line.row.proposal.organization)
        if line.row.outcome != NONE and line.why_not:
            told.append(
                _("%(name)s cannot be awarded or wait: %(why)s.") % {"name": name, "why": "; ".join(line.why_not)}
            )
        elif line.row.outcome != NONE and line.row.rank is None:
            told.append(_("%(name)s is not ranked and cannot be awarded or wait.") % {"name": name})
        if areas and set(line.row.areas) - areas:
            told.append(_("%(name)s: an area lies outside the notice.") % {"name": name})
    told += _waiting_problems(found)
    if not any(line.row.outcome == AWARD for line in found):
        told.append(_("Nobody is recommended for an award. To award nothing, close the solicitation without award."))
    for name in undecided_ties(found):
        told.append(
            _("%(name)s shares its rank with another proposal: say why they are decided differently.") % {"name": name}
        )
    if not recommendation.summary.strip():
        told.append(_("State the reasons of the recommendation."))
    if departures(found) and not recommendation.departure_reason.strip():
        told.append(_("The awards depart from the rank: give the reason."))
    return told


def _money_problems(recommendation: Recommendation, found: list[Line]) -> list[str]:
    row, told, sums = recommendation.solicitation, [], totals(found)
    for line in found:
        if line.row.outcome != AWARD or line.row.amount is None:
            continue
        name, amount = line.row.proposal.organization, line.row.amount
        if row.award_min is not None and amount < row.award_min:
            told.append(
                _("%(name)s: %(amount)s is less than the smallest award, %(least)s.")
                % {"name": name, "amount": words.money(amount), "least": words.money(row.award_min)}
            )
        if row.award_max is not None and amount > row.award_max:
            told.append(
                _("%(name)s: %(amount)s is more than the largest award, %(most)s.")
                % {"name": name, "amount": words.money(amount), "most": words.money(row.award_max)}
            )
    if row.amount_total is not None and sums[None] > row.amount_total:
        told.append(_over(sums[None], row.amount_total, _("the advertised amount")))
    for lot in Lot.objects.filter(solicitation=row, amount__isnull=False):
        if sums.get(lot.pk, Decimal(0)) > (lot.amount or Decimal(0)):
            told.append(
                _over(sums[lot.pk], lot.amount or Decimal(0), _("the amount of “%(lot)s”") % {"lot": lot.title})
            )
    return told


def _over(total: Decimal, most: Decimal, what: str) -> str:
    return _("The awards come to %(total)s; %(what)s is %(most)s: %(over)s too much.") % {
        "total": words.money(total),
        "what": what,
        "most": words.money(most),
        "over": words.money(total - most),
    }


def _waiting_problems(found: list[Line]) -> list[str]:
    """Places on a waiting list run from one without gaps, in each lot."""
    places: dict[int | None, list[int]] = {}
    for line in found:
        if line.row.outcome == WAITING:
            places.setdefault(line.row.lot_id, []).append(line.row.waiting_position or 0)
    return [
        _("The places on the waiting list run 1, 2, 3… without a gap; given: %(given)s.")
        % {"given": ", ".join(map(str, sorted(given)))}
        for given in places.values()
        if sorted(given) != list(range(1, len(given) + 1))
    ]


# --- The chain -----------------------------------------------------------------------------------------------------------


def chain(recommendation: Recommendation) -> list[Approval]:
    """The steps in their order."""
    return list(recommendation.approvals.select_related("desk", "decided_by").order_by("position"))


def present_step(recommendation: Recommendation) -> Approval | None:
    """The step whose turn it is."""
    return next((step for step in chain(recommendation) if step.opened_at and not step.outcome), None)


def made_by(recommendation: Recommendation) -> set[int]:
    """Everybody who wrote on the recommendation, from history: none of them approves it."""
    entries = Entry.objects.filter(
        subject_type=subject_type(recommendation), subject_id=str(recommendation.pk), act__in=MAKERS_ACTS
    )
    written = set(entries.exclude(actor_id=None).values_list("actor_id", flat=True))
    return {pk for pk in {*written, recommendation.made_by_id, recommendation.sent_by_id} if pk is not None}


def why_not_decide(actor: Actor, step: Approval, recommendation: Recommendation) -> str:
    """Why this actor does not decide this step, in words; "" when they may."""
    own = actor.department_id == recommendation.solicitation.department_id
    may = {
        ApprovalStep.BUDGET: own and actor.can("solicitations.review_budget"),
        ApprovalStep.PROCUREMENT: own and actor.can("solicitations.approve_award"),
        ApprovalStep.CHIEF: actor.can("solicitations.approve_award") and "chief_procurement_officer" in actor.roles
        and actor.jurisdiction == recommendation.solicitation.department.jurisdiction,
    }  # fmt: skip
    if not may[ApprovalStep(step.step)]:
        return {
            ApprovalStep.BUDGET: _("Budget review is for a fiscal reviewer of the department."),
            ApprovalStep.PROCUREMENT: _("Procurement review is for a procurement officer of the department."),
            ApprovalStep.CHIEF: _("This step is for the Chief Procurement Officer of the jurisdiction."),
        }[ApprovalStep(step.step)]
    if actor.user_id in made_by(recommendation):
        return _("You wrote or sent this recommendation. Somebody else approves it.")
    if recommendation.approvals.filter(decided_by_id=actor.user_id).exists():
        return _("You decided another step of this recommendation. Each step is decided by a person of its own.")
    return ""


def standing_one(actor: Actor, solicitation_id: int) -> Recommendation | None:
    """The recommendation that stands (draft, in approval or approved), if there is one."""
    return recommendations(actor).filter(solicitation_id=solicitation_id).exclude(status="returned").first()


def returned_ones(actor: Actor, solicitation_id: int) -> list[Recommendation]:
    """The earlier ones, with why they were returned."""
    return list(recommendations(actor).filter(solicitation_id=solicitation_id, status="returned"))


def asked_amounts(solicitation_id: int) -> dict[int, Decimal | None]:
    """Proposal id → what it asks for."""
    return dict(OpenedProposal.objects.filter(solicitation_id=solicitation_id).values_list("pk", "amount"))


def ranked_rows(tally: Tally) -> dict[int, tuple[int, Decimal]]:
    """Place in the order of receipt → (rank, shown total)."""
    return {
        position: (int(found["rank"]), Decimal(found["shown_total"])) for position, found in result_rows(tally).items()
    }
