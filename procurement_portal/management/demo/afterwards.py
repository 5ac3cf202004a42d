"""What the demo's people do around their work: keep a notice as a template, take past contracts in, write to each other."""

from __future__ import annotations

from typing import Any

from procurement_portal.management.demo.reading import STORIES, story
from procurement_portal.management.demo.stage import Stage
from procurement_portal.notifications.actions import threads
from solicitations.actions import register, template

PAST_CONTRACTS = STORIES / "past_contracts.csv"  # invented, with the faults of the City's own file


def plan(stage: Stage) -> None:
    """Plan it all; notices and proposals are planned before."""
    told = story("afterwards")
    taken = told["past_contracts"]
    stage.at(stage.instant(taken["on"], 8, 20), lambda: _take_in(stage, taken["by"]))
    for kept in told["templates"]:
        stage.at(stage.instant(kept["on"], 11, 5), lambda k=kept: _keep(stage, k))  # type: ignore[misc]
    for talk in told["threads"]:
        word = f"proposal:{talk['notice']}:{talk['by']}"
        for said in talk["posts"]:
            at = stage.things[f"story:{talk['notice']}"].instant(said["on"], said["hour"], said.get("minute", 0))
            stage.at(at, lambda w=word, s=said: _say(stage, w, s))  # type: ignore[misc]


def _take_in(stage: Stage, by: str) -> None:
    """The portal administrator takes the file in, as `import_contracts` does."""
    register.import_file(actor=stage.actor(by), path=PAST_CONTRACTS)


def _keep(stage: Stage, told: dict[str, Any]) -> None:
    """The Chief Procurement Officer keeps a published notice for every department."""
    source = stage.things[f"story:{told['notice']}"].row
    template.keep_as_template(
        actor=stage.actor(told["by"]), solicitation_id=source.pk, code=told["code"], title=told["title"],
        guidance=told["guidance"],
    )  # fmt: skip


def _say(stage: Stage, word: str, told: dict[str, Any]) -> None:
    """One of a team writes to the others: contact with the agency on a live notice is through its public questions alone."""
    threads.post(
        actor=stage.actor(told["by"]), subject_type="solicitations.submission",
        subject_id=str(stage.things[word].pk), body=told["text"],
    )  # fmt: skip
