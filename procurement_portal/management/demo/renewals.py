"""The end of the demo's first terms: asked in time, a batch of renewals with every outcome, a contract that is let end."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from procurement_portal.management.demo.outcomes import Outcome
from procurement_portal.management.demo.reading import story
from procurement_portal.management.demo.stage import Stage
from solicitations.actions import ending, execution, renewal, renewal_answer, signing
from solicitations.queries.renewal import items
from solicitations.queries.renewal_terms import Change

SIGNING = ("sign_org", "sign_dept")


class Renewals:
    """The one batch of the stories, and what was decided beside it."""

    def __init__(self, stage: Stage, told: dict[str, Any]) -> None:
        self.stage, self.told = stage, told
        self.notice = stage.things[f"story:{told['notice']}"]
        self.batch = 0

    def at(self, day: int, hour: int, act: Callable[[], Any], minute: int = 0) -> None:
        """Plan an act on a business day of the notice's government."""
        self.stage.at(self.notice.instant(day, hour, minute), act)

    def plan(self) -> None:
        """Plan what the story tells."""
        told = self.told
        for day in told["asked"]:
            self.at(day, 7, ending.sweep)
        self.at(told["begun"], 14, self.begin)
        for day in told["sent"]:
            self.at(day, 9, self.send)
        for word, facts in told["confirmed"].items():
            self.at(facts["on"], 20, lambda w=word, by=facts["by"]: self.confirm(w, by), 40)  # type: ignore[misc]
        for word, days in told["steps"].items():
            for number, (kind, day) in enumerate(days.items()):
                self.at(day, 13, lambda w=word, k=kind: self.step(w, k), number)  # type: ignore[misc]
        for facts in told["changes"]:
            self.at(facts["on"], 19, lambda f=facts: self.ask_changes(f))  # type: ignore[misc]
        self.at(told["changed"]["on"], 11, self.change)
        self.at(told["dropped"]["on"], 10, self.drop)
        self.at(told["let_end"]["on"], 11, self.let_end)
        self.at(told["draft"]["on"], 15, self.begin_another)

    def contract(self, word: str) -> Any:
        """An organization's contract of the notice."""
        return self.notice.row.contracts.get(award__organization=self.stage.things[f"organization:{word}"])

    def item(self, word: str) -> Any:
        """An organization's place in the batch."""
        return items(self.stage.actor(self.told["by"])).get(batch=self.batch, contract=self.contract(word))

    def begin(self) -> None:
        """The program officer chooses the contracts and the one change."""
        told = self.told
        made = renewal.begin(
            actor=self.stage.actor(told["by"]), contract_ids=[self.contract(word).pk for word in told["contracts"]],
            title=told["title"], reason=told["reason"], change=Change("renewal", percent=Decimal(told["percent"])),
        )  # fmt: skip
        self.batch = made.pk

    def send(self) -> None:
        """The terms go to the organizations."""
        renewal.send(actor=self.stage.actor(self.told["by"]), batch_id=self.batch)

    def confirm(self, word: str, by: str) -> None:
        """Somebody of the organization confirms."""
        renewal_answer.confirm(actor=self.stage.actor(by), item_id=self.item(word).pk, number=1)

    def step(self, word: str, kind: str) -> None:
        """One step of the amendment, by its desk or its signer."""
        drafted = self.item(word).amendment
        if kind not in SIGNING:
            step = drafted.steps.get(kind=kind)
            execution.pass_step(actor=self.stage.actor(self.told["desks"][kind]), step_id=step.pk)
            return
        who = Outcome.signer(word) if kind == "sign_org" else self.told["desks"]["sign_dept"]
        title = "Chief Procurement Officer"
        if kind == "sign_org":
            title = story("organizations")[word]["people"][who]["position"]
        actor, paper = self.stage.actor(who), drafted.papers.get(voided_at=None)
        signing.sign(
            actor=actor, contract_id=drafted.contract_id, amendment=drafted.number, typed_name=actor.name, title=title,
            agreed=True, sha256=paper.sha256,
        )  # fmt: skip

    def change(self) -> None:
        """The officer takes up what one of them asked for."""
        told = self.told["changed"]
        row = self.item(told["who"])
        renewal.change_item(
            actor=self.stage.actor(told["by"]), item_id=row.pk, amount_change=row.amount_change + Decimal(told["more"]),
            new_ends_on=row.new_ends_on, note=told["note"],
        )  # fmt: skip

    def ask_changes(self, told: dict[str, Any]) -> None:
        """One organization wants other terms."""
        renewal_answer.ask_changes(
            actor=self.stage.actor(told["by"]), item_id=self.item(told["who"]).pk, number=1, reply=told["reply"]
        )

    def drop(self) -> None:
        """One is taken out of the batch."""
        told = self.told["dropped"]
        renewal.drop_item(
            actor=self.stage.actor(self.told["by"]), item_id=self.item(told["who"]).pk, why=told["why"]
        )  # fmt: skip

    def let_end(self) -> None:
        """One contract is not renewed."""
        told = self.told["let_end"]
        ending.let_end(
            actor=self.stage.actor(told["by"]), contract_id=self.contract(told["who"]).pk, why=told["why"]
        )  # fmt: skip

    def begin_another(self) -> None:
        """A second batch, still being prepared."""
        told = self.told["draft"]
        renewal.begin(
            actor=self.stage.actor(told["by"]), contract_ids=[self.contract(word).pk for word in told["contracts"]],
            title=told["title"], reason=told["reason"], change=Change("term", months=told["months"]),
        )  # fmt: skip


def plan(stage: Stage) -> None:
    """Plan the renewals of the stories; the outcomes are planned before."""
    Renewals(stage, story("renewals")).plan()
