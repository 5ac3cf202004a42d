"""Decision letters and the published tally: each proposer its own debrief, everybody the rows to compute again."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from procurement_portal.documents import storage
from procurement_portal.documents.access import may_read
from procurement_portal.documents.models import File
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.outbox.models import Intent
from procurement_portal.web.refusal import Refused
from solicitations.actions import letters as actions
from solicitations.actions import tally as tallies
from solicitations.models.award import DecisionLetter
from solicitations.models.recommendation import Recommendation
from solicitations.models.scoring import Score
from solicitations.models.solicitation import Solicitation
from solicitations.queries import letters as queries
from solicitations.queries.version import digest
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.awards.test_tally import as_database_owner

ROOT = Path(__file__).parents[3]
PROTEST = "A protest must reach the department by Fri, Dec 4, 2026, 5:00 pm CST, in the portal."


def approved(cast: Cast, organizations: int = 0) -> Recommendation:
    """Alpha awarded, Beta waiting, others regretted, on a tally that agrees with the scores."""
    bodies = [cast.alpha, cast.beta, *(evaluations.proposer(n) for n in range(organizations))]
    points = [max(1, 5 - n) for n in range(len(bodies))]
    made = evaluations.approved(cast, points=points, organizations=bodies)
    evaluation = made.tally.evaluation
    evaluation.status = "consensus"
    evaluation.save(update_fields=["status"])
    tally = tallies.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    Recommendation.objects.filter(pk=made.pk).update(tally=tally)
    made.refresh_from_db()
    return made


def written(cast: Cast, made: Recommendation | None = None) -> dict[str, DecisionLetter]:
    made = made or approved(cast, 1)
    rows = actions.write(actor=cast.percy.actor, solicitation_id=made.solicitation_id, protest=PROTEST)
    return {letter.kind: letter for letter in rows}


def test_every_proposer_is_told_its_own_outcome_and_scores(cast: Cast) -> None:
    made = approved(cast, 1)
    letters = written(cast, made)
    assert {kind: letter.content["organization"] for kind, letter in letters.items()} == {
        "award": cast.alpha.name, "waiting": cast.beta.name, "regret": "Proposer 000 Collective",
    }  # fmt: skip
    told = letters["waiting"].content
    assert (told["rank"], told["of"], told["total"]) == (2, 3, "80.0000")
    assert [(c["name"], c["mean"], c["brought"]) for c in told["criteria"]] == [
        ("Program plan", "4.00", "48.00"),
        ("Reasonable cost", "4.00", "32.00"),
    ]
    assert told["protest"] == PROTEST
    assert cast.alpha.name not in json.dumps(told)
    mails = Delivery.objects.filter(kind="solicitations.outcome_known", channel="mail")
    assert {m.organization_id for m in mails} == {cast.alpha.pk, cast.beta.pk}
    assert all(PROTEST in m.body for m in mails)


def test_only_comments_marked_for_the_proposer_are_told_and_nobody_is_named(cast: Cast) -> None:
    made = approved(cast)
    kept = Score.objects.filter(assignment__proposal__position=1).order_by("pk")
    for score in kept[1:]:
        as_database_owner("UPDATE solicitations_score SET share = false WHERE id = %s", [score.pk])
    as_database_owner("UPDATE solicitations_score SET reason = 'Weeks are planned.' WHERE id = %s", [kept[0].pk])
    told = queries.debriefs(made)[kept[0].assignment.proposal_id]
    assert told["comments"] == [{"criterion": kept[0].criterion.name, "text": "Weeks are planned."}]
    assert cast.eva.user.name not in json.dumps(told)


def test_letters_wait_for_every_approval_and_for_scores_that_agree(cast: Cast) -> None:
    made = approved(cast)
    Recommendation.objects.filter(pk=made.pk).update(status="in_approval")
    with pytest.raises(Refused, match="approved by every step"):
        written(cast, made)
    Recommendation.objects.filter(pk=made.pk).update(status="approved")
    as_database_owner(
        "UPDATE solicitations_score SET points = 1 WHERE id = (SELECT min(id) FROM solicitations_score)", []
    )
    with pytest.raises(Refused, match="does not agree"):
        written(cast, made)
    assert not DecisionLetter.objects.exists()


def test_letters_written_twice_are_the_same_letters(cast: Cast) -> None:
    made = approved(cast)
    first, again = written(cast, made), written(cast, made)
    assert {x.pk for x in first.values()} == {x.pk for x in again.values()}
    assert Intent.objects.filter(task=actions.PAPER).count() == 2


@pytest.mark.parametrize("kind", ["award", "waiting", "regret"])
def test_the_paper_is_a_tagged_pdf_with_language_and_title(cast: Cast, kind: str) -> None:
    letter = written(cast)[kind]
    actions.make_paper(letter_id=letter.pk)
    actions.make_paper(letter_id=letter.pk)
    letter.refresh_from_db()
    file = letter.file
    assert (file.content_type, File.objects.count()) == ("application/pdf", 1)
    with storage.reading(file) as source, pikepdf.open(io.BytesIO(source.read())) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang).startswith("en")
        assert letter.content["number"] in str(pdf.docinfo["/Title"])
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_a_letter_is_read_by_its_organization_and_the_deciding_staff_alone(cast: Cast) -> None:
    letter = written(cast)["award"]
    actions.make_paper(letter_id=letter.pk)
    letter.refresh_from_db()
    readers = {name for name, person in cast.everybody().items() if may_read(person.actor, letter.file)}
    assert readers == {"alice", "ben", "fiona", "rita", "dora", "percy", "petra", "fay", "cleo"}


def test_the_outcome_page_shows_the_own_debrief_and_nobody_elses(cast: Cast, as_: Callable[..., Any]) -> None:
    made = approved(cast, 1)
    pk = made.rows.get(proposal__organization=cast.beta).proposal.submission_id
    address = f"/our-answers/{pk}/outcome/"
    client = as_(cast.bob)
    assert "The decision will stand here" in client.get(address).content.decode()
    written(cast, made)
    page = client.get(address).content.decode()
    assert "On the waiting list" in page
    assert "80.0000" in page
    assert PROTEST in page
    assert "The plan names weeks, staff and partners." in page
    assert cast.alpha.name not in page
    assert as_(cast.alice).get(address).status_code == 404


def announced(cast: Cast, others: int = 2) -> Solicitation:
    """Announced as the award step does it, with awards for Alpha and a place for Beta."""
    made = approved(cast, others)
    row = made.solicitation
    for recommended in made.rows.exclude(outcome="no_award"):
        row.awards.create(
            recommended=recommended, proposal=recommended.proposal, organization=recommended.proposal.organization,
            amount=recommended.amount, waiting_position=recommended.waiting_position, announced_by=cast.percy.user,
            status="waiting" if recommended.waiting_position else "announced",
        )  # fmt: skip
    Solicitation.objects.filter(pk=row.pk).update(status="awarded")
    return row


def test_results_exist_for_everybody_from_the_announcement_on(cast: Cast, client: Any) -> None:
    made = approved(cast, 2)
    for what in ("", "tally.csv", "tally.json"):
        assert client.get(f"/results/{made.solicitation.number}/{what}").status_code == 404


def test_the_page_names_awarded_and_waiting_and_no_others(
    cast: Cast, client: Any, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    row = announced(cast)
    with django_assert_max_num_queries(20):
        page = client.get(f"/results/{row.number}/").content.decode()
    assert cast.alpha.name in page
    assert cast.beta.name in page
    assert "Proposal 3" in page
    assert "Proposer 000" not in page
    assert "Proposer 000" not in client.get(f"/results/{row.number}/tally.json").content.decode()


def _script(number: int) -> str:
    text = (ROOT / "docs" / "recompute-a-tally.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.+?)```", text, re.S)[number]


def _run(script: str, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, timeout=60)


def test_the_documented_script_computes_the_published_tally_again(cast: Cast, client: Any, tmp_path: Path) -> None:
    row = announced(cast)
    answer = client.get(f"/results/{row.number}/tally.csv")
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    file = tmp_path / "tally.csv"
    file.write_bytes(data)
    done = _run(_script(0), file)
    assert (done.returncode, done.stderr) == (0, "")
    tally = Recommendation.objects.get(solicitation=row).tally
    published = [f"{r['rank']} {r['proposal']} {r['shown_total']}" for r in tally.content["result"]["proposals"]]
    assert done.stdout.splitlines() == published
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    points = rows[0].index("points")
    rows[1][points] = "0" if rows[1][points] != "0" else "1"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    changed = _run(_script(0), file)
    assert changed.returncode == 1
    assert "rows do not agree" in changed.stderr


def test_the_documented_script_checks_the_digest(cast: Cast, client: Any, tmp_path: Path) -> None:
    row = announced(cast)
    data = json.loads(client.get(f"/results/{row.number}/tally.json").content)
    assert digest(data["content"]) == data["sha256"]
    file = tmp_path / "tally.json"
    for content, told in ((data, "True"), ({**data, "content": {**data["content"], "scores": []}}, "False")):
        file.write_text(json.dumps(content), encoding="utf-8")
        assert _run(_script(1), file).stdout.strip() == told
