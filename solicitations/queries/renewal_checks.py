"""What is checked before a renewal, an extension or an amendment is sent: each check with its answer in words.

A failed hard check keeps it from being sent; the others are for the officer to weigh. Only what the portal records is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement_portal.documents import queries as documents
from procurement_portal.documents.kinds import KINDS
from procurement_portal.documents.models import Document
from procurement_portal.documents.queries import Standing as PaperState
from procurement_portal.law import engine
from procurement_portal.law.calendar import months_after
from procurement_portal.standing.queries import Standing, may_all_be_awarded, may_all_be_paid
from procurement_portal.time.clock import now
from procurement_portal.web import words
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractStep
from solicitations.models.facts import RequiredDocument
from solicitations.models.protest import Protest
from solicitations.models.renewal import RenewalItem
from solicitations.queries.contract import Figures, figures
from solicitations.queries.ending import MOVES_THE_END, OPEN, OPEN_ITEM, standing_decisions
from solicitations.queries.execution import calendar_of
from solicitations.queries.solicitation import insured_words
from solicitations.states import AmendmentKind, ContractState, ParticipantPart, ProtestState

LEGISLATIVE = "solicitations.legislative_approval"


@dataclass(frozen=True)
class Check:
    """One check: `ok` None where the portal records nothing to judge by; `hard` where a failure keeps it from being sent."""

    check: str
    label: str
    ok: bool | None
    words: str
    hard: bool = False

    @property
    def stops(self) -> bool:
        """Whether it keeps the renewal from being sent."""
        return self.hard and self.ok is False

    def stored(self) -> dict[str, Any]:
        """As an offer keeps it."""
        return {"check": self.check, "label": self.label, "ok": self.ok, "hard": self.hard, "words": self.words}


def check_all(items: Sequence[RenewalItem], day: date) -> dict[int, list[Check]]:
    """Item id → its checks on a day. The items have batch and contract with `in_force` and participants (`renewal.loaded`);
    thirteen queries for any number of items."""
    if not items:
        return {}
    ground = _Ground(items, day)
    return {item.pk: ground.checks(item) for item in items}


def stopping(checks: Sequence[Check]) -> str:
    """The reasons that keep it from being sent, in sentences; "" when nothing does."""
    return " ".join(f"{check.label}: {check.words}" for check in checks if check.stops)


def prime_of(contract: Contract) -> int | None:
    """The organization that signs, from the participants that were loaded; None for an import without one."""
    return next((p.organization_id for p in contract.participants.all() if p.part == ParticipantPart.PRIME), None)


class _Ground:
    """What the checks of some items need, read at once."""

    def __init__(self, items: Sequence[RenewalItem], day: date) -> None:
        self.day = day
        contracts = [item.contract for item in items]
        ids = [contract.pk for contract in contracts]
        primes = {pk for contract in contracts if (pk := prime_of(contract)) is not None}
        self.standing = may_all_be_awarded(primes, day)
        self.payable = may_all_be_paid(primes, day)
        self.moving: dict[int, list[Amendment]] = {}
        for amendment in Amendment.objects.filter(contract__in=ids, status__in=OPEN).order_by("number"):
            self.moving.setdefault(amendment.contract_id, []).append(amendment)
        self.elsewhere: dict[int, list[RenewalItem]] = {}
        for other in RenewalItem.objects.filter(contract__in=ids, status__in=OPEN_ITEM).select_related("batch"):
            self.elsewhere.setdefault(other.contract_id, []).append(other)
        self.ended = set(standing_decisions().filter(contract__in=ids).values_list("contract_id", "ends_on"))
        late = Q(done_at__gt=F("due_at")) | Q(done_at__isnull=True, due_at__lt=now())
        steps = ContractStep.objects.filter(contract__in=ids, organization__isnull=False, opened_at__isnull=False)
        found = steps.order_by().values("contract_id").annotate(all=Count("pk"), late=Count("pk", filter=late))
        self.steps = {row["contract_id"]: (row["all"], row["late"]) for row in found}
        notices = {contract.solicitation_id for contract in contracts if contract.solicitation_id}
        protests = Protest.objects.filter(solicitation__in=notices, status=ProtestState.FILED).order_by()
        self.protests = dict(protests.values_list("solicitation_id").annotate(Count("pk")))
        self.required: dict[int, list[RequiredDocument]] = {}
        before = RequiredDocument.Needed.BEFORE_AWARD
        for need in RequiredDocument.objects.filter(solicitation__in=notices, needed=before).order_by("pk"):
            if need.kind in KINDS:
                self.required.setdefault(need.solicitation_id, []).append(need)
        kinds = {need.kind for needs in self.required.values() for need in needs}
        self.vault: dict[tuple[int, str], list[Document]] = {}
        for document in documents.current_of(primes, kinds):
            self.vault.setdefault((document.organization_id, document.kind), []).append(document)

    def checks(self, item: RenewalItem) -> list[Check]:
        """Every check of one item, the hard ones first."""
        contract, kind = item.contract, item.batch.kind
        present = figures(contract, contract.in_force)  # type: ignore[attr-defined]
        found = [self._executed(contract, present), self._not_ended(contract, present)]
        if kind == AmendmentKind.RENEWAL:
            found.append(self._option(item))
        if kind in MOVES_THE_END:
            found.append(self._new_end(item, present))
        found += [
            self._alone(item), self._awardable(contract), self._papers(item, present), self._legislature(item, present),
            self._performance(contract), self._findings(contract), self._on_the_way(contract, kind),
        ]  # fmt: skip
        return found

    def _executed(self, contract: Contract, present: Figures) -> Check:
        runs = contract.status == ContractState.SIGNED and (present.ends_on is None or present.ends_on >= self.day)
        told = _("Executed; runs until %(day)s.") if runs else _("Not executed, or its last day has passed.")
        return Check("executed", _("Contract"), runs, told % {"day": words.day(present.ends_on)}, hard=True)

    def _not_ended(self, contract: Contract, present: Figures) -> Check:
        ended = (contract.pk, present.ends_on) in self.ended
        told = _("It was decided that this contract ends. Take that back first.") if ended else _("Not decided to end.")
        return Check("not_ended", _("Decision"), not ended, told, hard=True)

    def _option(self, item: RenewalItem) -> Check:
        left = item.contract.renewals_left
        told = ngettext(
            "%(n)s advertised renewal is left.", "%(n)s advertised renewals are left.", left
        ) % {"n": left}  # fmt: skip
        return Check("options_left", _("Options left"), left > 0, told, hard=True)

    def _new_end(self, item: RenewalItem, present: Figures) -> Check:
        label, months, new = _("Months"), item.contract.renewal_months, item.new_ends_on
        if new is None or present.ends_on is None or new <= present.ends_on:
            return Check("new_end", label, False, _("The new last day is not after the present one."), hard=True)
        if item.batch.kind != AmendmentKind.RENEWAL or not months:
            told = _("From %(before)s to %(after)s; no number of months was advertised for it.")
            days = {"before": words.day(present.ends_on), "after": words.day(new)}
            return Check("new_end", label, None, told % days, hard=True)
        most = months_after(present.ends_on, months)
        told = _("A renewal was advertised with at most %(months)s months: until %(most)s.")
        return Check("new_end", label, new <= most, told % {"months": months, "most": words.day(most)}, hard=True)

    def _alone(self, item: RenewalItem) -> Check:
        """Nothing else moves the same term: no amendment, no other batch."""
        label = _("On its way already")
        if item.batch.kind in MOVES_THE_END:
            for amendment in self.moving.get(item.contract_id, []):
                if amendment.kind in MOVES_THE_END:
                    told = _("Amendment %(number)s of the term is on its way.") % {"number": amendment.number}
                    return Check("alone", label, False, told, hard=True)
        for other in self.elsewhere.get(item.contract_id, []):
            same = other.batch.kind == item.batch.kind or {other.batch.kind, item.batch.kind} <= set(MOVES_THE_END)
            if other.pk != item.pk and same:
                told = _("The batch “%(batch)s” has this contract too.") % {"batch": other.batch.title}
                return Check("alone", label, False, told, hard=True)
        return Check("alone", label, True, _("Nothing else changes the same."), hard=True)

    def _awardable(self, contract: Contract) -> Check:
        label, prime = _("Standing"), prime_of(contract)
        if prime is None:
            return Check("standing", label, False, _("This contract names no organization that could sign."), hard=True)
        standing: Standing = self.standing[prime]
        told = _("Nothing keeps the organization from an award.")
        if not standing.ok:
            told = "; ".join(f"{ground.ground} ({ground.citation})" for ground in standing.grounds)
        return Check("standing", label, standing.ok, told, hard=True)

    def _papers(self, item: RenewalItem, present: Figures) -> Check:
        """Papers asked for before the award: lapsed or missing today stops; lapsing before the new term begins is told."""
        contract, label = item.contract, _("Required papers")
        needs, prime = self.required.get(contract.solicitation_id or 0, []), prime_of(contract)
        if not needs or prime is None:
            return Check("papers", label, None, _("The solicitation asked for none, or there was none."), hard=True)
        begins = self.day
        if item.batch.kind in MOVES_THE_END and present.ends_on is not None:
            begins = present.ends_on + timedelta(days=1)
        lacking, lapsing = [], []
        for name, document in self._held(needs, prime):
            if documents.standing(document, self.day) in (PaperState.MISSING, PaperState.LAPSED):
                lacking.append(name)
            elif documents.standing(document, begins) == PaperState.LAPSED and document is not None:
                lapsing.append(_("%(paper)s until %(day)s") % {"paper": name, "day": words.day(document.expires_on)})
        if lacking:
            told = _("Not valid today: %(papers)s.") % {"papers": "; ".join(lacking)}
            return Check("papers", label, False, told, hard=True)
        if lapsing:
            told = _("Valid today, to be renewed before the new term begins: %(papers)s.")
            return Check("papers", label, False, told % {"papers": "; ".join(lapsing)})
        told = _("All valid on %(day)s.") % {"day": words.day(begins)}
        return Check("papers", label, True, told, hard=True)

    def _held(self, needs: Sequence[RequiredDocument], prime: int) -> list[tuple[str, Document | None]]:
        """(name, the document that counts) of each paper asked for; insurance once for each coverage."""
        found: list[tuple[str, Document | None]] = []
        for need in needs:
            here = self.vault.get((prime, need.kind), [])
            name = str(KINDS[need.kind].label)
            if not need.coverages:
                found.append((name, max(here, key=lambda d: d.expires_on or date.max, default=None)))
            for asked in need.coverages:
                held, _short = documents.insured(here, asked["coverage"], asked["limit_cents"], self.day)
                found.append((f"{name}: {insured_words(asked['coverage'], asked['limit_cents'])}", held.document))
        return found

    def _legislature(self, item: RenewalItem, present: Figures) -> Check:
        """Asked only when the change takes the contract to the amount of the policy, or further beyond it by a new term."""
        label, after = _("Legislative approval"), present.amount + item.amount_change
        if item.amount_change <= 0 or after <= 0:
            return Check("legislative", label, None, _("The amount does not grow."), hard=True)
        new = self._asked(item.contract, after)
        told = {"amount": words.money(after), "body": new["body"], "file": item.legislative_file}
        if not new["required"]:
            return Check("legislative", label, True, _("Not needed for %(amount)s.") % told, hard=True)
        if present.amount > 0 and self._asked(item.contract, present.amount)["required"]:
            words_told = _("The contract was above the amount before; with this it comes to %(amount)s.") % told
            return Check("legislative", label, None, words_told, hard=True)
        if item.legislative_file:
            return Check("legislative", label, True, _("Approved by the %(body)s, %(file)s.") % told, hard=True)
        needed = _("With this it comes to %(amount)s, which the %(body)s approves. Enter the file of its approval.")
        return Check("legislative", label, False, needed % told, hard=True)

    def _asked(self, contract: Contract, amount: Decimal) -> engine.Outcome:
        facts = {"jurisdiction": contract.department.jurisdiction, "amount": amount, "announced_on": self.day}
        return engine.evaluate(LEGISLATIVE, facts, on=self.day, calendar=calendar_of(contract))

    def _performance(self, contract: Contract) -> Check:
        label = _("Performance")
        steps, late = self.steps.get(contract.pk, (0, 0))
        if not steps:
            return Check("performance", label, None, _("Nothing is recorded."))
        told = ngettext(
            "Of %(all)s step the organization held, %(late)s was late. Results of the services are not recorded here.",
            "Of %(all)s steps the organization held, %(late)s were late. Results of the services are not recorded here.",
            steps,
        ) % {"all": steps, "late": late}  # fmt: skip
        return Check("performance", label, late == 0, told)

    def _findings(self, contract: Contract) -> Check:
        prime = prime_of(contract)
        told = [g.ground for g in self.payable[prime].grounds] if prime is not None else []
        protests = self.protests.get(contract.solicitation_id, 0)
        if protests:
            told.append(ngettext("%(n)s protest is open", "%(n)s protests are open", protests) % {"n": protests})
        if told:
            return Check("findings", _("Open findings"), False, "; ".join(told) + ".")
        return Check("findings", _("Open findings"), True, _("No payment hold and no open protest is recorded."))

    def _on_the_way(self, contract: Contract, kind: str) -> Check:
        others = [
            a for a in self.moving.get(contract.pk, []) if not (a.kind in MOVES_THE_END and kind in MOVES_THE_END)
        ]
        label = _("Other amendments")
        if not others:
            return Check("amendments", label, True, _("None is on its way."))
        told = _("On their way: %(numbers)s.") % {
            "numbers": ", ".join(f"{a.number} ({a.get_kind_display()})" for a in others)
        }
        return Check("amendments", label, None, told)
