"""What became of the demo's closed notices: opened, read and scored, ranked, recommended, awarded, protested, contracted.

Every row is made by the act that makes it in life, by the people of the stories, at its own instant.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from procurement_portal.management.demo.notices import Notice
from procurement_portal.management.demo.people import put_in_vault
from procurement_portal.management.demo.reading import story
from procurement_portal.management.demo.stage import Stage
from solicitations.actions import (
    assignment,
    award,
    award_steps,
    conflict,
    consensus,
    evaluation,
    execution,
    negotiation,
    opening,
    panel,
    protest,
    recommendation,
    scoring,
    signing,
    tally,
)
from solicitations.actions.negotiation import last_day
from solicitations.queries.conflict import to_declare

# The steps whose days a story tells, in this order.
STEPS = ("documents", "insurance", "disclosure", "budget", "law", "sign_org", "sign_dept")
SIGNING = ("sign_org", "sign_dept")

# What a reader writes, by how many whole points were given. Written to be read by the proposer.
REASONS = (
    "The answer does not address it.",
    "Named once, without saying how or by whom.",
    "Some of it is there; the numbers and the people who would do it are missing.",
    "Sound and complete. It says who does what, and less about how they will know that it works.",
    "Convincing, with numbers whose source is told and an example from the last year.",
    "Everything the scale asks for, with evidence, and what was learned when it failed.",
)


class Outcome:
    """One story from the due hour on."""

    def __init__(self, stage: Stage, word: str, told: dict[str, Any]) -> None:
        self.stage, self.word, self.told = stage, word, told
        self.notice: Notice = stage.things[f"story:{word}"]
        self.wait = 0

    @property
    def row(self) -> Any:
        """The solicitation, as it is now."""
        return self.notice.row

    def proposal(self, organization: str) -> Any:
        """The opened proposal of an organization of the stories."""
        return self.row.opened_proposals.get(organization=self.stage.things[f"organization:{organization}"])

    def at(self, day: int, hour: int, act: Callable[[], Any], minute: int = 0) -> None:
        """Plan an act on a business day of the notice's government."""
        self.stage.at(self.notice.instant(day, hour, minute), act)

    def plan(self) -> None:
        """Plan what the story tells, as far as it tells it."""
        told = self.told
        opened = told["opening"]
        self.at(opened["on"], 9, lambda: opening.ask(actor=self._actor(opened["asked"]), solicitation_id=self.row.pk))
        if "opened" in opened:
            self.at(opened["day"], 10, self.open)
        if "evaluation" in told:
            self.at(told["evaluation"]["on"], 11, self.begin)
            self.at(told["evaluation"]["on"], 13, self.appoint)
        if "declared" in told:
            self.at(told["declared"], 9, self.declare, 30)
        if "scoring" in told:
            self._plan_scoring(told["scoring"])
        if "meeting" in told and "held" in told["meeting"]:
            self.at(told["meeting"]["held"], 14, self.meet)
        if "ranked" in told:
            self.at(told["ranked"], 10, self.rank)
        if "recommendation" in told:
            self.at(told["recommendation"]["on"], 14, self.recommend)
        self._plan_award(told)
        for number, approval in enumerate(told.get("approvals", ())):
            self.at(approval["on"], 10, lambda a=approval: self.approve(a), number)  # type: ignore[misc]

    def _plan_award(self, told: dict[str, Any]) -> None:
        if "announced" in told:
            self.at(told["announced"]["on"], 11, self.announce)
        if "without_award" in told:
            self.at(told["without_award"]["on"], 11, self.end_without_award)
        if "protest" in told:
            self.at(told["protest"]["filed"], 15, self.protest, 20)
            if "decided" in told["protest"]:
                self.at(told["protest"]["decided"]["on"], 15, self.decide_protest)
        if "negotiation" in told:
            self.at(told["negotiation"]["on"], 9, self.negotiate)
            self.at(told["negotiation"]["agreed"], 14, self.agree)

    def _plan_scoring(self, told: dict[str, Any]) -> None:
        self.at(told["on"], 9, self.begin_scoring)
        if "scored" in told:
            self.at(told["scored"], 11, self.score)
        if "ended" in told:
            self.at(told["ended"], 9, self.end_scoring)

    def _actor(self, word: str) -> Any:
        return self.stage.actor(word)

    # --- Opening and panel ----------------------------------------------------------------------------------------------
    def open(self) -> None:
        """The second officer opens."""
        opening.open_answers(actor=self._actor(self.told["opening"]["opened"]), solicitation_id=self.row.pk)

    @property
    def evaluation(self) -> Any:
        """The evaluation, as it is now."""
        return self.row.evaluation

    def begin(self) -> None:
        """The rules of the evaluation."""
        told = self.told["evaluation"]
        evaluation.begin(
            actor=self._actor(told["by"]), solicitation_id=self.row.pk, readers=told["readers"],
            spread_percent=told["spread"], scoring_due_at=self.notice.instant(told["due"], 17),
        )  # fmt: skip

    def appoint(self) -> None:
        """The panel."""
        for told in self.told["panel"]:
            days: dict[str, Any] = {}
            if told["part"] == "guest":
                days = {name: self.stage.day(told[name], self.notice.government) for name in ("first_day", "last_day")}
            panel.appoint(
                actor=self._actor(self.told["evaluation"]["by"]), evaluation_id=self.evaluation.pk,
                user_id=self.stage.cast[told["who"]][0], part=told["part"], **days,
            )  # fmt: skip

    def member(self, word: str) -> Any:
        """A person's place on the panel."""
        return self.evaluation.panel.get(user_id=self.stage.cast[word][0], ended_at=None)

    def declare(self) -> None:
        """Everybody declares about every proposer, before anything opens for them; then readers are assigned."""
        mine: dict[str, dict[int, tuple[str, str]]] = {}
        for told in self.told.get("conflicts", ()):
            mine.setdefault(told["who"], {})[self.proposal(told["about"]).pk] = (told["ground"], told["statement"])
        for told in self.told["panel"]:
            if told.get("silent"):
                continue
            place = self.member(told["who"])
            conflict.declare(
                actor=self._actor(told["who"]), member_id=place.pk, conflicts=mine.get(told["who"], {}), attested=True,
                seen=[p.pk for p in to_declare(place)],
            )  # fmt: skip
        if not any(told.get("silent") for told in self.told["panel"]):
            assignment.assign_all(actor=self._actor(self.told["evaluation"]["by"]), evaluation_id=self.evaluation.pk)

    # --- Scores ---------------------------------------------------------------------------------------------------------
    def begin_scoring(self) -> None:
        """Readers may read."""
        evaluation.begin_scoring(actor=self._actor(self.told["scoring"]["by"]), evaluation_id=self.evaluation.pk)

    def score(self) -> None:
        """Each reader scores what they read and locks it; "unlocked" readers keep theirs open, "unread" is left for later."""
        unlocked, unread = self.told["scoring"].get("unlocked", ()), self.told["scoring"].get("unread", ())
        criteria = list(self.row.criteria.order_by("position"))
        words = {self.stage.things[f"organization:{word}"].pk: word for word in self.told["merit"]}
        for number, told in enumerate(self.told["panel"]):
            actor, place = self._actor(told["who"]), self.member(told["who"])
            for reading in place.assignments.filter(ended_at=None).order_by("proposal__position"):
                organization = words[reading.proposal.organization_id]
                if [told["who"], organization] in unread:
                    continue
                for criterion in criteria:
                    points = self._points(told["who"], organization, number, criterion)
                    scoring.save(
                        actor=actor, reading_id=reading.pk, criterion_id=criterion.pk, points=str(points),
                        reason=REASONS[int(points)], share=True, base_version=0,
                    )  # fmt: skip
                if told["who"] not in unlocked:
                    scoring.lock(actor=actor, reading_id=reading.pk)

    def _points(self, who: str, organization: str, number: int, criterion: Any) -> Decimal:
        """The organization's merit, a half point up or down by reader and criterion; one reader's other view where told."""
        told = self.told.get("spread", {})
        if (told.get("who"), told.get("about"), told.get("criterion")) == (who, organization, criterion.position):
            return Decimal(told["points"])
        lean = Decimal((number + criterion.position + len(organization)) % 3 - 1) / 2
        found = Decimal(str(self.told["merit"][organization])) + lean
        return min(max(found, Decimal(0)), Decimal(criterion.max_points))

    def end_scoring(self) -> None:
        """Scores are compared."""
        tally.end_scoring(actor=self._actor(self.told["scoring"]["by"]), evaluation_id=self.evaluation.pk)

    def meet(self) -> None:
        """The readers meet over what lies too far apart; one changes their points, with the reason."""
        told, chair = self.told["meeting"], self._actor(self.told["panel"][0]["who"])
        spread = self.told["spread"]
        for meeting in self.evaluation.meetings.all():
            readings = meeting.proposal.assignments.filter(ended_at=None)
            consensus.hold(
                actor=chair, meeting_id=meeting.pk, present=list(readings.values_list("member_id", flat=True))
            )
            own = readings.get(member=self.member(spread["who"])).scores.get(criterion=meeting.criterion)
            consensus.change_score(
                actor=self._actor(spread["who"]), meeting_id=meeting.pk, score_id=own.pk, after=Decimal(told["to"]),
                reason=told["reason"],
            )  # fmt: skip
            consensus.close(actor=chair, meeting_id=meeting.pk, note=told["note"])

    def rank(self) -> None:
        """The tally."""
        tally.rank(actor=self._actor(self.told["scoring"]["by"]), evaluation_id=self.evaluation.pk)

    # --- Recommendation -------------------------------------------------------------------------------------------------
    def recommend(self) -> None:
        """The program officer decides each proposal, gives the reasons and sends it to approval."""
        told = self.told["recommendation"]
        actor = self._actor(told["by"])
        made = recommendation.begin(actor=actor, solicitation_id=self.row.pk)
        words = {self.stage.things[f"organization:{word}"].pk: word for word in self.told["merit"]}
        areas = [area.area for area in self.row.areas.all()]
        waiting = told.get("waiting", [])
        for row in made.rows.select_related("proposal").order_by("rank"):
            word = words[row.proposal.organization_id]
            facts: dict[str, Any] = {"outcome": "no_award"}
            if word in told["amounts"]:
                mine = [area for area in row.proposal.areas if area in areas] or areas[:1]
                facts = {"outcome": "award", "amount": Decimal(told["amounts"][word]), "areas": mine}
            elif word in waiting:
                facts = {"outcome": "waiting_list", "waiting_position": waiting.index(word) + 1}
            recommendation.decide_row(actor=actor, recommendation_id=made.pk, row_id=row.pk, facts=facts)
        made.refresh_from_db()
        made = recommendation.write_reasons(
            actor=actor, recommendation_id=made.pk, summary=told["reason"], lock=made.lock,
            departure_reason=told.get("departs", ""),
        )  # fmt: skip
        recommendation.send(actor=actor, recommendation_id=made.pk, lock=made.lock)

    def approve(self, told: dict[str, Any]) -> None:
        """The next step of the chain."""
        made = self.row.recommendations.order_by("-number").first()
        step = made.approvals.filter(outcome="").order_by("position").first()
        recommendation.decide(actor=self._actor(told["who"]), approval_id=step.pk, outcome="approved")

    # --- Award ----------------------------------------------------------------------------------------------------------
    def announce(self) -> None:
        """The awards become public."""
        made = self.row.recommendations.order_by("-number").first()
        award.announce(
            actor=self._actor(self.told["announced"]["by"]), solicitation_id=self.row.pk, recommendation_id=made.pk,
            lock=made.lock,
        )  # fmt: skip

    def end_without_award(self) -> None:
        """Nothing is awarded, for a reason everybody reads."""
        told = self.told["without_award"]
        award.end_without_award(actor=self._actor(told["by"]), solicitation_id=self.row.pk, why=told["why"])

    def protest(self) -> None:
        """A proposer protests within the window."""
        told = self.told["protest"]
        actor = self._actor(told["by"])
        protest.file(
            actor=actor, proposal_id=self.proposal(told["about"]).pk, grounds=told["grounds"], remedy=told["remedy"],
            typed_name=actor.name,
        )  # fmt: skip

    def decide_protest(self) -> None:
        """The Chief Procurement Officer decides."""
        told = self.told["protest"]["decided"]
        filed = self.row.protests.get()
        protest.decide(
            actor=self._actor(told["by"]), protest_id=filed.pk, sustain=told["sustain"], decision=told["decision"]
        )

    def awards(self) -> list[Any]:
        """The announced awards, in the order they were made; who waits is not among them."""
        return list(self.row.awards.filter(waiting_position=None).order_by("pk"))

    def negotiate(self) -> None:
        """Scope and budget are put forward for every award, as the answer asked, within the award."""
        told = self.told["negotiation"]
        actor = self._actor(told["by"])
        starts = self.stage.day(told["starts"], self.notice.government)
        for made in self.awards():
            award_steps.begin(actor=actor, award_id=made.pk)
            negotiation.put_forward(
                actor=actor, award_id=made.pk, after=0,
                given={
                    "scope": f"{self.row.title}: the services of the notice, as {made.organization.name} answered it.",
                    "amount": made.amount, "starts_on": starts, "ends_on": last_day(starts, told["months"]),
                    "budget": _budget(int(made.amount * 100)), "note": "From your budget, scaled to the award.",
                },
            )  # fmt: skip

    def agree(self) -> None:
        """Both sides agree, which makes the contract; those who still talk do not. Then the desks and signers are planned."""
        told = self.told["negotiation"]
        officer = self._actor(told["by"])
        for made in self.awards():
            word = self.word_of(made.organization_id)
            if word in self.told.get("open", ()):
                continue
            negotiation.agree(actor=self._actor(self.signer(word)), award_id=made.pk, number=1)
            negotiation.agree(actor=officer, award_id=made.pk, number=1)
            days = self.told.get("contracts", {}).get(word, [])
            for number, (kind, day) in enumerate(zip(STEPS, days, strict=False)):
                self.at(
                    told["agreed"] + day, 15 if kind in SIGNING else 11,
                    lambda w=word, k=kind: self.step(w, k), number + 1,  # type: ignore[misc]
                )  # fmt: skip

    # --- Contract -------------------------------------------------------------------------------------------------------
    def word_of(self, organization_id: int) -> str:
        """An organization's word in the stories."""
        words = (word for word in self.told["merit"] if self.stage.things[f"organization:{word}"].pk == organization_id)
        return next(words)

    @staticmethod
    def signer(word: str) -> str:
        """Who signs for an organization: the administrator who claimed to."""
        people = story("organizations")[word]["people"]
        return next(name for name, facts in people.items() if facts.get("position"))

    def step(self, word: str, kind: str) -> None:
        """One step to execution: the papers and checks by their desks, the signatures by their signers."""
        contract = self.row.contracts.get(award__organization=self.stage.things[f"organization:{word}"])
        waiting = contract.steps.get(kind=kind, amendment=None)
        if kind in SIGNING:
            self._sign(word, kind, contract)
            return
        if kind == "documents":
            self._papers(word)
        desks = self.told["desks"]
        execution.pass_step(actor=self._actor(desks.get(kind, self.told["negotiation"]["by"])), step_id=waiting.pk)

    def _papers(self, word: str) -> None:
        """What the organization still lacks is put into its vault."""
        organization = self.stage.things[f"organization:{word}"]
        facts, signer = story("organizations")[word], self.signer(word)
        for required in self.row.documents.filter(needed="before_award"):
            standing = organization.documents.filter(kind=required.kind, replaced_by=None, removed_at=None)
            if not standing.exists():
                lapses = 300 if required.kind == "insurance" else None
                put_in_vault(self.stage, word, signer, required.kind, lapses, facts)

    def _sign(self, word: str, kind: str, contract: Any) -> None:
        paper = contract.papers.get(voided_at=None, amendment=None)
        who = self.signer(word) if kind == "sign_org" else self.told["desks"]["sign_dept"]
        actor = self._actor(who)
        title = "Chief Procurement Officer"
        if kind == "sign_org":
            title = story("organizations")[word]["people"][who]["position"]
        signing.sign(
            actor=actor, contract_id=contract.pk, amendment=0, typed_name=actor.name, title=title, agreed=True,
            sha256=paper.sha256,
        )  # fmt: skip


def _budget(cents: int) -> list[dict[str, Any]]:
    """Three lines that add up to the award, to the cent."""
    wages, direct = cents * 55 // 100, cents * 35 // 100
    return [
        {"label": "Wages and benefits", "cents": wages, "why": "Staff of the program"},
        {"label": "Participants and supplies", "cents": direct, "why": "Meals, transit, stipends, materials"},
        {"label": "Indirect cost", "cents": cents - wages - direct, "why": "Accounts, rent, telephone"},
    ]


def plan(stage: Stage) -> None:
    """Plan every outcome of the stories; the notices and proposals are planned before."""
    for word, told in story("outcomes").items():
        Outcome(stage, word, told).plan()
