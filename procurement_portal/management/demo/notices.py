"""The demo's solicitations: drafted, reviewed, published, asked about, changed, closed and canceled by the people of the stories."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from procurement_portal.law.calendar import Calendar
from procurement_portal.management.demo.reading import notices, story
from procurement_portal.management.demo.stage import Stage
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import chicago
from solicitations.actions import addendum, criteria_library, criterion, inquiry, publication, question, solicitation
from solicitations.queries import topics
from solicitations.queries.criteria_library import current_items

_TEXTS = ("summary", "purpose", "services", "eligibility")
_FUNDING = ("social_services", "targeted_community", "pass_through", "financial")


class Notice:
    """One story and the record it becomes."""

    def __init__(self, stage: Stage, word: str, told: dict[str, Any]) -> None:
        self.stage, self.word, self.told = stage, word, told
        self.government = story("staff")["departments"][told["department"]]["jurisdiction"]

    @property
    def row(self) -> Any:
        """The record, as it is now."""
        row = self.stage.things[f"notice:{self.word}"]
        row.refresh_from_db()
        return row

    def instant(self, days: int, hour: int, minute: int = 0) -> datetime:
        """A business day of the notice's government, at an hour."""
        return self.stage.instant(days, hour, minute, self.government)

    # --- Planning -------------------------------------------------------------------------------------------------------
    def plan(self) -> None:
        """Plan every act of the story."""
        told, days, stage = self.told, self.told["days"], self.stage
        stage.at(self.instant(days["drafted"], 9, 30), self.draft)
        if "review" in days:
            stage.at(self.instant(days["review"], 15, 10), self.send_to_review)
        if "published" in days:
            stage.at(self.instant(days["published"], 10), self.publish)
        for asked in told.get("inquiries", ()):
            stage.at(self.instant(asked["on"], 11, 25), lambda a=asked: self.ask(a))
        if told.get("addendum"):
            self._plan_addendum(told["addendum"])
        if told.get("canceled"):
            stage.at(self.instant(told["canceled"]["on"], 14, 5), self.cancel)
        if "due" in days and days["due"] < 0:
            stage.at(self.instant(days["due"], self.told.get("due_hour", 16), 1), stage.background)  # closes it

    def _plan_addendum(self, told: dict[str, Any]) -> None:
        self.stage.at(self.instant(told["drafted"], 9, 45), lambda: self.draft_addendum(told))
        if "reviewed" in told:
            self.stage.at(self.instant(told["reviewed"], 16), lambda: self.send_addendum(told))
        if "issued" in told:
            self.stage.at(self.instant(told["issued"], 10, 40), lambda: self.issue_addendum(told))

    # --- Drafting -------------------------------------------------------------------------------------------------------
    def draft(self) -> None:
        """The officer writes the draft, topic by topic."""
        actor, told = self.stage.actor(self.told["drafter"]), self.told
        row = solicitation.draft(
            actor=actor, title=told["title"], method=told.get("method", "rfp"), service_category=told["category"]
        )
        self.stage.things[f"notice:{self.word}"] = row
        texts = {n: "\n\n".join(v) if isinstance(v := told.get(n, ""), list) else v for n in _TEXTS}
        self._save(actor, row, "texts", texts)
        self._save(actor, row, "funding", self._funding(told["funding"]))
        self._save(actor, row, "awards", self._awards(told["awards"]))
        self._save(actor, row, "areas", {"areas": told.get("areas", [])})
        self._save(actor, row, "schedule", self._schedule())
        answering = {"languages": told["languages"], "unconfirmed_rule": told.get("unconfirmed", "mark")}
        self._save(actor, row, "answering", answering)
        covers = [{"coverage": c, "limit_cents": limit * 100} for c, limit in told.get("insured", {}).items()]
        papers = [
            {"kind": kind, "needed": needed, "coverages": covers if kind == "insurance" else []}
            for kind, needed in told.get("documents", {}).items()
        ]
        self._save(actor, row, "documents", {"documents": papers})
        if told.get("target_market"):
            self._save(actor, row, "basics", {"target_market": True})
        self._form(actor, row)

    def _save(self, actor: Actor, row: Any, topic: str, given: dict[str, Any]) -> None:
        row.refresh_from_db()
        solicitation.save_topic(
            actor=actor, solicitation_id=row.pk, topic=topic, version=topics.version(row, topic), given=given
        )

    @staticmethod
    def _funding(told: dict[str, Any]) -> dict[str, Any]:
        shares = [{"source": s, "program": p, "fraction": f} for s, p, f in told["shares"]]
        return {name: told.get(name) for name in _FUNDING} | {"shares": shares}

    @staticmethod
    def _awards(told: dict[str, Any]) -> dict[str, Any]:
        def money(name: str) -> Decimal | None:
            return Decimal(told[name]) if told.get(name) is not None else None

        count = told.get("count") or (None, None)
        return {
            "amount_total": money("total"), "award_min": money("least"), "award_max": money("most"),
            "awards_expected_min": count[0], "awards_expected_max": count[1], "estimate": money("estimate"),
            "term_months": told.get("term"), "renewals_count": told.get("renewals", 0),
            "renewal_months": 12 if told.get("renewals") else None,
            "lots": [{"title": title, "amount": Decimal(amount)} for title, amount in told.get("lots", ())],
        }  # fmt: skip

    def _schedule(self) -> dict[str, Any]:
        days, conference = self.told["days"], self.told.get("conference") or {}
        calendar = Calendar.for_jurisdiction(self.government)
        hour = self.told.get("due_hour", 16)
        return {
            "conference_at": self.instant(days["conference"], conference["hour"]) if "conference" in days else None,
            "conference_place": conference.get("place", ""), "conference_link": conference.get("link", ""),
            "questions_due_at": self.instant(days["questions"], 17) if "questions" in days else None,
            # "due_weekend" puts the hour on a day the office is closed, as drafts in a hurry do.
            "due_at": self._weekend(calendar) if self.told.get("due_weekend") else self.instant(days["due"], hour),
            "expected_start_on": self.stage.day(days["start"], self.government),
        }  # fmt: skip

    def _weekend(self, calendar: Calendar) -> datetime:
        day = self.stage.day(self.told["days"]["due"], self.government)
        while calendar.is_business_day(day):
            day = day.replace(day=day.day + 1) if day.day < 28 else day.replace(day=1)
        return chicago(day, self.told.get("due_hour", 16))

    def _form(self, actor: Actor, row: Any) -> None:
        made: dict[str, int] = {}
        items = {item.code: item for item in current_items(actor)}
        for code, reason in self.told.get("left_out", {}).items():
            criterion.leave_out(actor=actor, solicitation_id=row.pk, item_id=items[code].pk, reason=reason)
        for told in self.told.get("criteria", ()):
            if "library" in told:
                added = criterion.add_from_library(
                    actor=actor,
                    solicitation_id=row.pk,
                    item_id=items[told["library"]].pk,
                    weight=Decimal(told["weight"]),
                )
                made[told["library"]] = added.pk
                continue
            anchors = [{"points": points, "words": words} for points, words in told["anchors"].items()]
            given = {
                "name": told["name"], "description": told["description"], "weight": Decimal(told["weight"]),
                "max_points": anchors[-1]["points"], "minimum": told.get("minimum"), "anchors": anchors,
            }  # fmt: skip
            made[told["name"]] = criterion.add(actor=actor, solicitation_id=row.pk, given=given).pk
        for told in self.told.get("sections", ()):
            section = question.add_section(
                actor=actor, solicitation_id=row.pk, title=told["title"], intro=told.get("intro", "")
            )
            for asked in told["questions"]:
                full = full_question(asked)
                question.add_question(
                    actor=actor, solicitation_id=row.pk, section_id=section.pk, given=question_facts(full, made)
                )

    # --- Publication and after --------------------------------------------------------------------------------------------
    def send_to_review(self) -> None:
        """The drafter asks for the second person."""
        publication.request_review(actor=self.stage.actor(self.told["drafter"]), solicitation_id=self.row.pk)

    def publish(self) -> None:
        """The second person publishes."""
        row = self.row
        publication.publish(actor=self.stage.actor(self.told["publisher"]), solicitation_id=row.pk, lock=row.lock)

    def cancel(self) -> None:
        """An officer cancels, with the reason everybody reads."""
        told = self.told["canceled"]
        publication.cancel(actor=self.stage.actor(told["by"]), solicitation_id=self.row.pk, why=told["why"])

    def ask(self, told: dict[str, Any]) -> None:
        """A person asks; the officer answers and publishes on the days told."""
        asked = inquiry.ask(actor=self.stage.actor(told["by"]), solicitation_id=self.row.pk, text=told["text"])
        if "answered" not in told:
            return

        def answer() -> None:
            asked.refresh_from_db()
            inquiry.answer(
                actor=self.stage.actor(self.told["drafter"]), inquiry_id=asked.pk, lock=asked.lock,
                published_text=told["published"], text=told["answer"],
            )  # fmt: skip

        def release() -> None:
            officer = self.stage.actor(self.told["drafter"])
            inquiry.publish_answers(actor=officer, solicitation_id=self.row.pk, inquiry_ids=[asked.pk])

        self.stage.at(self.instant(told["answered"], 14, 30), answer)
        if "released" in told:
            self.stage.at(self.instant(told["released"], 16, 20), release)

    def draft_addendum(self, told: dict[str, Any]) -> None:
        """Draft the change: texts and dates, and one question where the story changes one."""
        actor, row = self.stage.actor(told["by"]), self.row
        begun = addendum.begin(actor=actor, solicitation_id=row.pk)
        facts = dict(told.get("facts", {}))
        if "due" in told:
            facts["due_at"] = self.instant(told["due"], self.told.get("due_hour", 16))
        begun = addendum.save_facts(
            actor=actor, addendum_id=begun.pk, lock=begun.lock, summary=told["summary"], facts=facts
        )
        if "question" in told:
            change = dict(told["question"])
            key = self.key_of(change.pop("word"))
            begun = addendum.save_question(actor=actor, addendum_id=begun.pk, lock=begun.lock, key=key, given=change)
        self.stage.things[f"addendum:{self.word}"] = begun.pk, begun.lock

    def send_addendum(self, told: dict[str, Any]) -> None:
        """Ask for the second person."""
        pk, lock = self.stage.things[f"addendum:{self.word}"]
        sent = addendum.request_review(actor=self.stage.actor(told["by"]), addendum_id=pk, lock=lock)
        self.stage.things[f"addendum:{self.word}"] = pk, sent.lock

    def issue_addendum(self, told: dict[str, Any]) -> None:
        """The second person issues it."""
        pk, lock = self.stage.things[f"addendum:{self.word}"]
        addendum.issue(actor=self.stage.actor(told["issuer"]), addendum_id=pk, lock=lock)

    def key_of(self, word: str) -> str:
        """The key of the question a story gave a word."""
        for told in self.told["sections"]:
            for asked in told["questions"]:
                full = full_question(asked)
                if full.get("word") == word:
                    return str(self.row.questions.get(prompt=full["ask"].strip()).key)
        raise KeyError(word)


def plan(stage: Stage) -> None:
    """Plan the library and every solicitation of the stories."""
    stage.at(stage.instant(-399, 9), lambda: criteria_library.load_seed(actor=stage.actor("victoria")))
    for word, told in notices().items():
        notice = Notice(stage, word, told)
        stage.things[f"story:{word}"] = notice
        notice.plan()


# --- Questions ----------------------------------------------------------------------------------------------------------------
def full_question(told: dict[str, Any]) -> dict[str, Any]:
    """A question of a story with what it takes from the shared ones."""
    if "use" not in told:
        return told
    return story("questions")[told["use"]] | {name: value for name, value in told.items() if name != "use"}


def question_facts(told: dict[str, Any], criteria: dict[str, int]) -> dict[str, Any]:
    """What `actions.question.add_question` is given. A criterion makes a question scored."""
    named = told.get("criterion", "")
    return {
        "kind": told.get("is", "text"),
        "prompt": told["ask"],
        "hint": told.get("hint", ""),
        "required": told.get("required", True),
        "marking": told.get("for", "scored"),
        "criterion": criteria.get(named),
        "options": _options(told),
        "word_limit": told.get("words"),
    }


def _options(told: dict[str, Any]) -> dict[str, Any]:
    kind = told.get("is", "text")
    if kind == "number":
        return {name: told[name] for name in ("unit", "least", "most") if name in told} | {
            "whole": told.get("whole", False)
        }
    if kind == "choice":
        choices = [{"value": value_of(label), "label": label} for label in told["choices"]]
        return {"choices": choices, "several": told.get("several", False)}
    if kind == "table":
        columns = [dict(zip(("key", "label", "kind"), column, strict=True)) for column in told["columns"]]
        rows = {"rows": told["rows"]} if "rows" in told else {"most_rows": told["most_rows"]}
        return {"columns": columns, **rows}
    if kind == "file":
        return {name: told[name] for name in ("kinds", "most_files", "most_megabytes")}
    if kind == "budget":
        lines = [{"key": key, "label": label} for key, label in told["lines"]]
        more = {name: told[name] for name in ("extra_lines", "match_column", "within_largest_award")}
        return {"lines": lines, **more}
    return {}


def value_of(label: str) -> str:
    """The stored word of a choice."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40]
