"""The demo at scale: 100,000 solicitations, 100,000 proposals, 20,000 past contracts, by COPY and in a few statements.

Rows that no act made: copies of the demo's own notices with other places, years, amounts and states, for measuring alone.
Their proposals are real ciphertext under keys of their own, wrapped by the real master key; the plain text is the same.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import tempfile
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from procurement_portal.management.demo.load import NotHere, is_loaded, load
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.time.roles import as_owner
from procurement_portal.vault import sealing
from procurement_portal.vault.models import DataKey
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from solicitations.actions.register import import_file
from solicitations.actions.register_file import COLUMNS

SOLICITATIONS, PROPOSALS, PAST_CONTRACTS = 100_000, 100_000, 20_000
ORGANIZATIONS, ANSWERED = 2_000, 12_500  # proposals are spread over so many organizations and solicitations
MARK = "SCALE-"  # how the numbers of these notices begin
_PERSON = "scale@scale.invalid"
_CONTRACT_FILE_TYPES = (
    "DELEGATE AGENCY",
    "WORK SERVICES / FACILITIES MAINT.",
    "PRO SERV",
    "COMMODITIES",
    "CONSTRUCTION",
)
Tell = Callable[[str], None]


def fill(tell: Tell = lambda line: None, *, solicitations: int = SOLICITATIONS, proposals: int = PROPOSALS,
         past_contracts: int = PAST_CONTRACTS) -> None:  # fmt: skip
    """Add the rows to a loaded demo (which is loaded first where it is not there). Raises NotHere when they are there."""
    if not is_loaded():
        tell("Loading the demo …")
        load()
    if _model("solicitations.Solicitation").filter(number__startswith=MARK).exists():
        raise NotHere("The demo at scale is loaded already.")
    dice = random.Random(2026)  # nosec B311 - the same rows every time, nothing secret
    with transaction.atomic():
        tell(f"{solicitations:,} solicitations …")
        _solicitations(solicitations)
        tell(f"{proposals:,} proposals …")
        _proposals(proposals, dice)
    tell(f"{past_contracts:,} past contracts …")
    _past_contracts(past_contracts, dice)
    tell("Statistics for the planner …")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _model(name: str) -> Any:
    """The rows of a model by "app.Name"."""
    return apps.get_model(name).objects


def _run(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- Solicitations ------------------------------------------------------------------------------------------------------------
# Which state a notice is in, by a number from 0 to 99; the past ones are the many.
_STATE = """CASE WHEN r < 3 THEN 'draft' WHEN r < 4 THEN 'in_review' WHEN r < 12 THEN 'published' WHEN r < 16 THEN 'closed'
 WHEN r < 18 THEN 'under_evaluation' WHEN r < 21 THEN 'canceled' WHEN r < 29 THEN 'closed_without_award' ELSE 'awarded' END"""
# Days from today to the due hour: open ones ahead, decided ones up to ten years back.
_DUE = (
    """CASE WHEN r < 12 THEN 1 + n %% 60 WHEN r < 18 THEN -(1 + n %% 90) ELSE -(30 + (n * 7919::bigint) %% 3600) END"""
)
_FACTS: dict[str, str] = {
    "number": f"'{MARK}' || lpad(n::text, 6, '0')",
    "fiscal_year": "extract(year FROM due)::int",
    "title": "left(p.title, 140) || ', ' || area || ', round ' || (1 + n %% 7)",
    "status": "state",
    "summary": "p.summary",
    "purpose": "coalesce(nullif(split_part(p.purpose, E'\\n\\n', (1 + n %% 2)::int), ''), p.purpose)",
    "services": "coalesce(nullif(split_part(p.services, E'\\n\\n', (1 + n %% 3)::int), ''), p.services)",
    "eligibility": "split_part(p.eligibility, E'\\n\\n', 1)",
    "amount_total": "50000 + (n * 6151::bigint) %% 9000 * 1000",
    "award_min": "20000",
    "award_max": "50000 + (n * 6151::bigint) %% 9000 * 500",
    "conference_at": "NULL",
    "questions_due_at": "due - interval '14 days'",
    "due_at": "due",
    "expected_start_on": "(due + interval '60 days')::date",
    "advertised_on": "CASE WHEN is_public THEN (due - interval '35 days')::date END",
    "drafted_at": "due - interval '50 days'",
    "review_requested_at": "due - interval '38 days'",
    "review_requested_by_id": "p.drafted_by_id",
    "published_by_id": "CASE WHEN is_public THEN p.published_by_id END",
    "published_at": "CASE WHEN is_public THEN due - interval '35 days' END",
    "closed_at": "CASE WHEN is_public AND r >= 12 AND state <> 'canceled' THEN due END",
    "canceled_by_id": "CASE WHEN state = 'canceled' THEN p.published_by_id END",
    "canceled_at": "CASE WHEN state = 'canceled' THEN due - interval '3 days' END",
    "canceled_why": "CASE WHEN state = 'canceled' THEN 'The money for this notice was recalled.' ELSE '' END",
    "estimate_fixed_at": "CASE WHEN p.estimate IS NULL THEN NULL ELSE due - interval '35 days' END",
    "scope_trace_id": "NULL",
    "copied_from_id": "NULL",
    "lock": "1",
    "last_activity_at": "LEAST(%(now)s, due)",
}  # fmt: skip


def _solicitations(count: int) -> None:
    table = apps.get_model("solicitations", "Solicitation")
    columns = [str(f.column) for f in table._meta.concrete_fields if not f.generated and not f.primary_key]
    values = ", ".join(_FACTS.get(column, f'p."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    areas = [area.name for area in COMMUNITY_AREAS]
    patterns = table.objects.filter(published_at__isnull=False).count()
    _run(
        f"""INSERT INTO solicitations_solicitation ({names}) SELECT {values} FROM (
              SELECT n, r, {_STATE} AS state, (%(areas)s::text[])[(1 + n %% 77)::int] AS area,
                     {_STATE} NOT IN ('draft', 'in_review') AS is_public,
                     (%(today)s::date + ({_DUE})::int + interval '16 hours')
                       AT TIME ZONE 'America/Chicago' AS due
              FROM (SELECT n, ((n * 2654435761) %% 4294967296 / 42949673)::int AS r
                    FROM generate_series(1, %(count)s::bigint) n) dice
            ) made CROSS JOIN LATERAL (
              SELECT * FROM solicitations_solicitation WHERE published_at IS NOT NULL AND number NOT LIKE '{MARK}%%'
              ORDER BY id LIMIT 1 OFFSET made.n %% (%(patterns)s)
            ) p""",
        {"areas": areas, "today": today(), "count": count, "now": now(), "patterns": patterns},
    )
    _run(
        f"""INSERT INTO solicitations_servicearea (solicitation_id, area)
            SELECT id, 1 + (id * 31 + k * 17) %% 77 FROM solicitations_solicitation CROSS JOIN generate_series(0, 3) k
            WHERE number LIKE '{MARK}%%' AND (k = 0 OR id %% (k + 1) = 0)""",
        {},
    )
    _run(
        f"""INSERT INTO solicitations_fundingshare (solicitation_id, source, program, fraction)
            SELECT id, (ARRAY['federal', 'state', 'city', 'county', 'private'])[(1 + id %% 5)::int], '', 1
            FROM solicitations_solicitation WHERE number LIKE '{MARK}%%'""",
        {},
    )


# --- Proposals ----------------------------------------------------------------------------------------------------------------
_TEXT = "We work in this community area with people who live here. Monday begins with a meeting of the whole crew."


def _proposals(count: int, dice: random.Random) -> None:
    person = _model("people.User").create(email=_PERSON, name="Scale Signatory", password="!")
    organizations = _bodies()
    answered = list(
        _model("solicitations.Solicitation")
        .filter(number__startswith=MARK, published_at__isnull=False)
        .exclude(status="canceled")
        .order_by("-published_at", "pk")
        .values_list("pk", "due_at", "status")[: min(ANSWERED, max(1, count // 8))]
    )
    questions = _questions([pk for pk, _due, _status in answered])
    keys, submissions = _ids(DataKey, count), _ids(apps.get_model("solicitations", "Submission"), count)
    master = sealing._strategies["master"]  # a key for each proposal, without a statement for each
    present = now()
    columns: dict[str, list[Sequence[Any]]] = {name: [] for name in _TABLES}
    for number in range(count):
        notice, due, status = answered[number % len(answered)]
        organization = organizations[(number // len(answered) * 251 + number) % len(organizations)]
        pk, key_id = submissions[number], keys[number]
        key = DataKey(pk=key_id, purpose="proposal", context=f"solicitation:{notice} organization:{organization}")
        plain = os.urandom(32)
        key.wrapped = master.wrap(key, plain, sealing._bound(key))
        place = f"solicitation:{notice}|organization:{organization}|submission:{pk}|"
        question, question_key = questions[notice]
        is_draft = dice.random() < (0.5 if status == "published" else 0.1)
        saved = min(due, present) - timedelta(minutes=dice.randrange(30, 20_000))
        answer = _sealed(key, plain, _TEXT, f"{place}question:{question_key}|1")
        columns["key"].append((key_id, "proposal", key.context, _hex(key.wrapped), "master", key.master_id, saved))
        columns["submission"].append(
            (pk, notice, organization, "proposal", "draft" if is_draft else "submitted", key_id, 1, 0 if is_draft else 1,
             "" if is_draft else 1, "" if is_draft else saved, saved, person.pk, saved)
        )  # fmt: skip
        columns["envelope"].append((pk, "whole"))
        columns["answer"].append((pk, question, answer, 1, saved, person.pk, 1))
        if not is_draft:
            snapshot = _sealed(
                key, plain, {"parts": [{"part": f"q-{question_key}", "value": _TEXT}]}, f"{place}version:1"
            )
            receipt = _sealed(key, plain, {"receipt": {"version": 1, "proposal": pk}}, f"{place}receipt:1")
            columns["version"].append(
                (pk, 1, uuid.UUID(int=dice.getrandbits(128)), 1, snapshot, receipt, saved, saved, person.pk, "f")
            )
        if len(columns["key"]) == 10_000 or number == count - 1:
            for name, rows in columns.items():
                _copy(name, rows)
                rows.clear()


def _sealed(key: DataKey, plain: bytes, value: Any, place: str) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return _hex(sealing.encrypt(plain, text, sealing._place(key, place)))


def _hex(data: bytes) -> str:
    return "\\x" + data.hex()


_TABLES = {
    "key": ("vault_datakey", "id, purpose, context, wrapped, wrapping, master_id, made_at"),
    "submission": (
        "solicitations_submission",
        "id, solicitation_id, organization_id, kind, status, data_key_id, content_version, number, submitted_content, "
        "submitted_at, started_at, started_by_id, changed_at",
    ),
    "envelope": ("solicitations_envelope", "submission_id, kind"),
    "answer": (
        "solicitations_answer",
        "submission_id, question_id, ciphertext, version, saved_at, saved_by_id, confirmed_revision",
    ),
    "version": (
        "solicitations_submittedversion",
        "submission_id, number, token, content, snapshot, receipt, received_at, recorded_at, by_id, in_advance",
    ),
}


def _copy(name: str, rows: Iterable[Sequence[Any]]) -> None:
    table, columns = _TABLES[name]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)", text)


def _ids(table: Any, count: int) -> list[int]:
    """So many ids of a table, taken from its own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _bodies() -> list[int]:
    words = ("Lantern", "Prairie", "Harbor", "Cedar", "Bridge", "Garden", "Corner", "Kitchen", "Workshop", "Circle")
    table = apps.get_model("people", "Organization")
    made = table.objects.bulk_create(
        table(kind="nonprofit", name=f"{words[n % 10]} of {COMMUNITY_AREAS[n % 77].name} {n:04d}")
        for n in range(ORGANIZATIONS)
    )
    return [row.pk for row in made]


def _questions(notices: list[int]) -> dict[int, tuple[int, uuid.UUID]]:
    """One section, criterion and scored question for each notice that is answered."""
    sections, criteria, questions = (apps.get_model("solicitations", n) for n in ("Section", "Criterion", "Question"))
    anchors = [{"points": 0, "words": "No evidence."}, {"points": 5, "words": "Evidence with numbers."}]
    first = sections.objects.bulk_create(
        (sections(solicitation_id=pk, position=1, title="Your work") for pk in notices), batch_size=2000
    )
    scored = criteria.objects.bulk_create(
        (criteria(solicitation_id=pk, position=1, name="Plan", weight=100, anchors=anchors) for pk in notices),
        batch_size=2000,
    )
    asked = questions.objects.bulk_create(
        (
            questions(solicitation_id=pk, section=s, criterion=c, position=1, kind="text", prompt="What will you do?",
                      marking="scored", word_limit=300)
            for pk, s, c in zip(notices, first, scored, strict=True)
        ),
        batch_size=2000,
    )  # fmt: skip
    return {row.solicitation_id: (row.pk, row.key) for row in asked}


# --- Past contracts -----------------------------------------------------------------------------------------------------------
def _past_contracts(count: int, dice: random.Random) -> None:
    """A file in the City's own form, taken in by the real import: revisions, credits, zero amounts, spellings."""
    with tempfile.TemporaryDirectory(prefix="demo-scale-") as folder:
        path = Path(folder) / "contracts-at-scale.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            for number in range(count):
                for revision in range(1 if dice.random() < 0.8 else dice.randrange(2, 5)):
                    writer.writerow(_contract(number, revision, dice))
        import_file(actor=Actor.system("demo at scale"), path=path)


def _contract(number: int, revision: int, dice: random.Random) -> dict[str, str]:
    vendor = number * 7 % 1500
    start = today() - timedelta(days=30 + number * 13 % 7000)
    amount = 0 if revision and dice.random() < 0.3 else dice.randrange(5_000, 4_000_000)
    given = {
        "Purchase Order Description": f"{COMMUNITY_AREAS[number % 77].name.upper()} SERVICES AND PROGRAMS {number % 500}",
        "Purchase Order (Contract) Number": str(900_000 + number),
        "Revision Number": str(revision),
        "Specification Number": str(100_000 + number % 9000),
        "Contract Type": _CONTRACT_FILE_TYPES[number % len(_CONTRACT_FILE_TYPES)],
        "Start Date": start.strftime("%m/%d/%Y"),
        "End Date": (start + timedelta(days=730)).strftime("%m/%d/%Y"),
        "Approval Date": (start + timedelta(days=40 * revision)).strftime("%m/%d/%Y"),
        "Department": f"DEPARTMENT {number % 40:02d}",
        "Vendor Name": f"Invented Vendor {vendor}" + (", INC." if number % 3 else " Inc"),
        "Vendor ID": f"{vendor:06d}A",
        "City": "CHICAGO",
        "State": "IL",
        "Zip": f"606{number % 60:02d}",
        "Award Amount": f"{-amount if revision and dice.random() < 0.2 else amount}.00",
        "Procurement Type": "RFP" if number % 2 else "BID",
    }
    return {name: given.get(name, "") for name in COLUMNS}
