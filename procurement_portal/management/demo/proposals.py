"""The demo's proposals: begun, written by several people, signed with partners, submitted, replaced, withdrawn, too late."""

from __future__ import annotations

import uuid
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from procurement_portal.management.demo import papers
from procurement_portal.management.demo.notices import Notice, full_question
from procurement_portal.management.demo.reading import story
from procurement_portal.management.demo.stage import Stage
from solicitations.actions import answer, attachment, budget, partner, submission
from solicitations.actions.working_copy import Late
from solicitations.queries.draft import draft


class Proposal:
    """One organization's answer to one notice, as the stories tell it."""

    def __init__(self, stage: Stage, told: dict[str, Any]) -> None:
        self.stage, self.told = stage, told
        self.notice: Notice = stage.things[f"story:{told['notice']}"]
        self.facts = story("organizations")[told["by"]]
        self.writers: list[str] = told["writers"]
        self.lines: dict[str, list[Any]] = {}  # the lead's budget, in cents
        self.partner_lines: dict[str, dict[str, list[Any]]] = {
            p["organization"]: p["lines"] for p in told.get("partners", ()) if "lines" in p
        }

    @property
    def row(self) -> Any:
        """The record, as it is now."""
        row = self.stage.things[f"proposal:{self.told['notice']}:{self.told['by']}"]
        row.refresh_from_db()
        return row

    def plan(self) -> None:
        """Plan every act of the proposal."""
        told, at = self.told, self.notice.instant
        self.stage.at(at(told["started"], 10, 20), self.begin)
        if "written" in told:
            self.stage.at(at(told["written"], 13, 35), self.write)
        for number, asked in enumerate(told.get("partners", ())):
            self._plan_partner(asked, number)
        if "advance" in told:
            self.stage.at(at(told["advance"]["on"], 17, 50), lambda: self.consent_in_advance(told["advance"]["by"]))
        for act in told.get("submitted", ()):
            self.stage.at(at(act["on"], 15, 42), lambda a=act: self.submit(a))
        if "withdrawn" in told:
            self.stage.at(at(told["withdrawn"]["on"], 9, 15), lambda: self.withdraw(told["withdrawn"]))
        if "late" in told:
            due = at(self.notice.told["days"]["due"], self.notice.told.get("due_hour", 16), told["late"]["minutes"])
            self.stage.at(due, lambda: self.come_late(told["late"]["by"]))

    def _plan_partner(self, asked: dict[str, Any], number: int) -> None:
        at = self.notice.instant
        self.stage.at(at(asked["invited"], 11, number), lambda: self.invite(asked))
        if "wrote" in asked:
            self.stage.at(at(asked["wrote"], 14, number), lambda: self.write_part(asked))
        if "signed" in asked:
            self.stage.at(at(asked["signed"], 16, 30), lambda: self.sign_part(asked))
        if "declined" in asked:
            self.stage.at(at(asked["declined"], 9, 50), lambda: self.decline(asked))

    # --- Writing --------------------------------------------------------------------------------------------------------
    def begin(self) -> None:
        """The first writer begins."""
        made = submission.start(actor=self.stage.actor(self.writers[0]), solicitation=self.notice.row)
        self.stage.things[f"proposal:{self.told['notice']}:{self.told['by']}"] = made

    def write(self) -> None:
        """The writers answer as many questions as the story says ("answers"; all without it), in turn."""
        asked = list(
            self.notice.row.questions.filter(withdrawn_at__isnull=True).order_by("section__position", "position")
        )
        texts = {full["ask"].strip(): full for s in self.notice.told["sections"] for q in s["questions"]
                 for full in (full_question(q),)}  # fmt: skip
        changed = (self.notice.told.get("addendum") or {}).get("question", {})
        for number, question in enumerate(asked[: self.told.get("answers", len(asked))]):
            told = texts.get(question.prompt.strip()) or next(
                f for f in texts.values() if f.get("word") == changed["word"]
            )
            self._answer(question, told, self.stage.actor(self.writers[number % len(self.writers)]))

    def _answer(self, question: Any, told: dict[str, Any], actor: Any) -> None:
        value = told["answer"]
        if question.kind == "file":
            title = f"{value}, {self.facts['name']}"
            content = papers.pdf(title, [papers.RESUME.format(**self._slots())])
            attachment.attach_upload(
                actor=actor, submission=self.row, question=question, upload=content, name=f"{value}.pdf"
            )
        elif question.kind == "budget":
            self._budget(question, value, actor)
        else:
            given = value.format(**self._slots()) if question.kind == "text" else value
            answer.save(actor=actor, submission=self.row, question=question, given=given, base_version=0)

    def _budget(self, question: Any, told: dict[str, list[Any]], actor: Any) -> None:
        scale = Decimal(str(self.told.get("scale", 1)))
        for key, (request, match, why) in told.items():
            amounts = [int(Decimal(amount) * scale / 100) * 100 for amount in (request, match)]
            self.lines[key] = amounts
            given = {"request": amounts[0], "match": amounts[1] or None, "why": why}
            budget.save_line(actor=actor, submission=self.row, question=question, key=key, given=given, base_version=0)
        everything = [*self.lines.values(), *(line for lines in self.partner_lines.values() for line in lines.values())]
        totals = {"request": sum(line[0] for line in everything), "match": sum(line[1] for line in everything)}
        answer.save(actor=actor, submission=self.row, question=question, given=totals, base_version=1)

    def _slots(self) -> dict[str, Any]:
        names = ("name", "place", "since", "served", "mission", "leadership", "staff_words")
        leader = next(iter(self.facts["people"].values()))
        return {name: self.facts[name] for name in names} | {
            "languages": ", ".join(self.facts["languages"]),
            "leader": leader.get("name") or self.stage.actor(next(iter(self.facts["people"]))).name,
        }

    # --- Partners -------------------------------------------------------------------------------------------------------
    def invite(self, asked: dict[str, Any]) -> None:
        """Ask another organization; its share is that of its lines in the whole budget."""
        own = sum(sum(line[:2]) for line in asked.get("lines", {}).values())
        whole = sum(sum(line) for line in self.lines.values()) + sum(
            sum(line[:2]) for lines in self.partner_lines.values() for line in lines.values()
        )
        given = {
            "role": asked["role"],
            "share": asked.get("share") or _percent(own, whole),
            "work": asked["work"],
        }
        made = partner.invite(
            actor=self.stage.actor(self.writers[0]), submission=self.row,
            organization_id=self.stage.things[f"organization:{asked['organization']}"].pk, given=given,
        )  # fmt: skip
        self.stage.things[self._partner_word(asked)] = made

    def write_part(self, asked: dict[str, Any]) -> None:
        """The partner writes its part and its lines of the budget."""
        actor, made = self.stage.actor(asked["writer"]), self._partner(asked)
        partner.save_part(actor=actor, partner=made, text=asked["part"], base_version=0)
        question = self.notice.row.questions.get(kind="budget")
        for key, (request, match, why) in asked.get("lines", {}).items():
            partner.save_part_line(
                actor=actor, partner=made, question=question, key=key, base_version=0,
                given={"request": request, "match": match or None, "why": why},
            )  # fmt: skip

    def sign_part(self, asked: dict[str, Any]) -> None:
        """The partner's signatory signs what the page shows."""
        actor, made = self.stage.actor(asked["signer"]), self._partner(asked)
        shown = next(p for p in draft(self.row).partners if p.partner.pk == made.pk)
        partner.sign(actor=actor, partner=made, typed_name=actor.name, agreed=True, seen_digest=shown.digest)

    def decline(self, asked: dict[str, Any]) -> None:
        """The partner steps out."""
        partner.decline(actor=self.stage.actor(asked["signer"]), partner=self._partner(asked))

    def _partner_word(self, asked: dict[str, Any]) -> str:
        return f"partner:{self.told['notice']}:{self.told['by']}:{asked['organization']}"

    def _partner(self, asked: dict[str, Any]) -> Any:
        made = self.stage.things[self._partner_word(asked)]
        made.refresh_from_db()
        return made

    # --- Handing in -----------------------------------------------------------------------------------------------------
    def submit(self, told: dict[str, Any]) -> None:
        """The signatory confirms what an addendum touched where the story says so, and submits."""
        actor = self.stage.actor(told["by"])
        if "change" in told:  # a later version: one answer is written anew
            self._rewrite(told["change"], actor)
        row = self.row
        submission.submit(
            actor=actor, submission=row, token=uuid.uuid4(), typed_name=actor.name, agreed=True,
            seen_content=row.content_version,
        )  # fmt: skip

    def _rewrite(self, text: str, actor: Any) -> None:
        part = next(p for p in draft(self.row).parts if p.question.kind == "text" and p.answer)
        answer.save(actor=actor, submission=self.row, question=part.question, given=text, base_version=part.version)

    def consent_in_advance(self, by: str) -> None:
        """The signatory consents that the portal submits at the deadline."""
        actor = self.stage.actor(by)
        submission.consent_in_advance(actor=actor, submission=self.row, typed_name=actor.name, agreed=True)

    def withdraw(self, told: dict[str, Any]) -> None:
        """The signatory takes it back."""
        submission.withdraw(actor=self.stage.actor(told["by"]), submission=self.row, why=told["why"])

    def come_late(self, by: str) -> None:
        """Minutes after the hour: refused, and kept as evidence."""
        try:
            self.submit({"by": by})
        except Late:
            return
        raise AssertionError("a proposal of the demo was taken after the due hour")


def _percent(part: int, whole: int) -> str:
    """`part` of `whole` in percent with two places, as the budget's own arithmetic rounds it."""
    return format((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), "f")


def plan(stage: Stage) -> None:
    """Plan every proposal of the stories; the notices are planned before."""
    for told in story("proposals")["proposals"]:
        Proposal(stage, told).plan()
