"""Takes the file of past contracts into the register: staged in batches, published in one transaction, idempotent."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Refused
from solicitations.actions.register_file import Rejected, Row, name_key, read, sha256_of
from solicitations.models.register import RegisterImport, RegisterRow, RegisterVendor, VendorMerge

BATCH = 2000
_COLUMNS = [
    "taken_id", "line", "staged", "number", "revision", "description", "specification", "contract_type", "starts_on",
    "ends_on", "approved_on", "department", "vendor_name", "vendor_code", "city", "state", "postal_code", "amount",
    "procurement_type", "document_url", "fingerprint",
]  # fmt: skip
Progress = Callable[[int], None]


@dataclass
class Outcome:
    """What a run did, or would do when dry."""

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    contracts: int = 0
    vendors: int = 0
    proposed_merges: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def _batches(rows: Iterator[Row | Rejected]) -> Iterator[list[Row | Rejected]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _clashes(rows: list[Row], seen: dict[tuple[str, str], str]) -> Iterator[Row | Rejected]:
    """Within one file a revision may be given once, or again in the same words."""
    for row in rows:
        key = (row.number, row.revision)
        if key in seen and seen[key] != row.fingerprint:
            yield Rejected(
                row.line, row.number, row.revision, "The file holds this revision twice with different content."
            )
        elif key not in seen:
            seen[key] = row.fingerprint
            yield row


def check_file(path: Path, progress: Progress = lambda line: None) -> Outcome:
    """Read the whole file and write nothing: the counts and every rejected row. Raises UnreadableFile."""
    outcome, seen = Outcome(), dict[tuple[str, str], str]()
    for batch in _batches(read(path)):
        outcome.read += len(batch)
        outcome.rejected += [row for row in batch if isinstance(row, Rejected)]
        good = [row for row in batch if isinstance(row, Row)]
        kept = list(_clashes(good, seen))
        outcome.rejected += [row for row in kept if isinstance(row, Rejected)]
        outcome.unchanged += len(good) - len(kept)  # the same row again in the same words
        progress(batch[-1].line)
    outcome.loaded = len(seen)
    outcome.contracts = len({number for number, _ in seen})
    return outcome


def import_file(*, actor: Actor, path: Path, progress: Progress = lambda line: None) -> Outcome:
    """Load the file into the register and return what happened.

    Rows are staged in batches, each its own transaction, so a run that was ended goes on where it stood when the same
    file is given again. The register itself changes in one transaction at the end: it never shows half a file. The same
    file, or the same rows in a later file, change nothing. Raises UnreadableFile and Refused (`register.import`).
    """
    if not actor.can("register.import"):
        raise Refused("Past contracts are imported by a portal administrator.")
    taken, _ = RegisterImport.objects.get_or_create(sha256=sha256_of(path), defaults={"file_name": path.name[:255]})
    outcome = check_file(path)  # the whole file is read before a row is staged: an unreadable end stops it here
    if taken.finished_at is None:
        _stage(taken, path, {(r.line) for r in outcome.rejected}, progress)
    with transaction.atomic():
        # One import publishes at a time; a second one waits here and then finds its rows unchanged.
        taken = RegisterImport.objects.select_for_update().get(pk=taken.pk)
        if taken.finished_at is not None:
            outcome.loaded, outcome.unchanged = 0, outcome.unchanged + outcome.loaded
            return outcome
        _publish(taken, outcome)
        record(
            actor,
            "register.import",
            taken,
            after={"rows": outcome.read, "loaded": outcome.loaded, "rejected": len(outcome.rejected)},
        )
    return outcome


def _stage(taken: RegisterImport, path: Path, rejected_lines: set[int], progress: Progress) -> None:
    seen: set[tuple[str, str]] = set()
    if taken.next_line > 2:
        seen.update(RegisterRow.objects.filter(taken=taken).values_list("number", "revision"))
    for batch in _batches(read(path, taken.next_line)):
        rows = []
        for row in batch:
            if isinstance(row, Row) and row.line not in rejected_lines and (row.number, row.revision) not in seen:
                seen.add((row.number, row.revision))
                rows.append(row)
        with transaction.atomic():
            _copy(taken, rows)
            RegisterImport.objects.filter(pk=taken.pk).update(next_line=batch[-1].line + 1)
        progress(batch[-1].line)


def _copy(taken: RegisterImport, rows: list[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        values = [getattr(row, name) for name in _COLUMNS[3:-1]]
        writer.writerow([taken.pk, row.line, "t", *("" if v is None else v for v in values), row.fingerprint])
    text.seek(0)
    table, columns = RegisterRow._meta.db_table, ", ".join(_COLUMNS)
    forced = ", ".join(name for name in _COLUMNS if name not in ("starts_on", "ends_on", "approved_on"))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({forced}))", text)


def _publish(taken: RegisterImport, outcome: Outcome) -> None:
    """Move staged rows into the register and bring vendors, contracts and proposals up to date."""
    with connection.cursor() as cursor:
        # Rows the register already has in the same words are unchanged; in other words they replace the old row.
        cursor.execute(_DROP_UNCHANGED, [taken.pk])
        outcome.unchanged += cursor.rowcount
        cursor.execute(_DROP_REPLACED, [taken.pk])
        cursor.execute("UPDATE solicitations_registerrow SET staged = false WHERE taken_id = %s AND staged", [taken.pk])
        outcome.loaded = cursor.rowcount
    outcome.vendors = _take_vendors(taken)
    with connection.cursor() as cursor:
        cursor.execute(_GROUP, [taken.pk])
        outcome.contracts = cursor.rowcount
        cursor.execute(_PROPOSE)
        outcome.proposed_merges = cursor.rowcount
    RegisterImport.objects.filter(pk=taken.pk).update(
        finished_at=now(),
        rows_read=outcome.read,
        rows_loaded=outcome.loaded,
        rows_unchanged=outcome.unchanged,
        rows_rejected=len(outcome.rejected),
    )


def _take_vendors(taken: RegisterImport) -> int:
    """Add vendors not yet known, by code; a known one takes its latest spelling. Returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST_NAMES, [taken.pk])
        names = dict(cursor.fetchall())
    known = {v.code: v for v in RegisterVendor.objects.filter(code__in=names)}
    fresh = [RegisterVendor(code=c, name=n, key=name_key(n)) for c, n in names.items() if c not in known]
    RegisterVendor.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def decide_merge(*, actor: Actor, merge_id: int, same: bool, why: str) -> VendorMerge:
    """Decide whether two vendors are one; the rows stay as given, the second vendor points to the first.

    Raises Refused without `register.import`, Conflict when somebody decided before.
    """
    if not actor.can("register.import"):
        raise Refused("Vendor merges are decided by a portal administrator.")
    with transaction.atomic():
        merge = VendorMerge.objects.select_for_update().select_related("one", "other").get(pk=merge_id)
        if merge.decision != VendorMerge.Decision.OPEN:
            raise Conflict(f"This was decided before: {merge.get_decision_display()}.", merge.decision)
        merge.decision = VendorMerge.Decision.MERGED if same else VendorMerge.Decision.KEPT_APART
        merge.decided_at, merge.decided_by_id = now(), actor.user_id
        merge.save(update_fields=["decision", "decided_at", "decided_by"])
        if same:
            target = merge.one.merged_into_id or merge.one_id
            RegisterVendor.objects.filter(pk=merge.other_id).exclude(pk=target).update(merged_into_id=target)
        record(actor, "register.decide_merge", merge, after={"decision": merge.decision}, why=why)
    return merge


_DROP_UNCHANGED = """
DELETE FROM solicitations_registerrow staged USING solicitations_registerrow held
WHERE staged.taken_id = %s AND staged.staged AND NOT held.staged
  AND (held.number, held.revision, held.fingerprint) = (staged.number, staged.revision, staged.fingerprint)
"""
_DROP_REPLACED = """
DELETE FROM solicitations_registerrow held USING solicitations_registerrow staged
WHERE staged.taken_id = %s AND staged.staged AND NOT held.staged
  AND (held.number, held.revision) = (staged.number, staged.revision)
"""
_LATEST_NAMES = """
SELECT DISTINCT ON (vendor_code) vendor_code, vendor_name FROM solicitations_registerrow
WHERE taken_id = %s AND NOT staged ORDER BY vendor_code, approved_on DESC NULLS LAST, line DESC
"""
# The contract speaks in the words of its lowest revision and the sum of all; a text sorts revisions wrongly, so by length first.
_GROUP = """
INSERT INTO solicitations_registercontract AS kept (number, description, specification, contract_type, procurement_type,
    department, vendor_id, vendor_name, starts_on, ends_on, first_approved_on, last_approved_on, revisions, total)
SELECT base.number, base.description, base.specification, base.contract_type, base.procurement_type, base.department,
       vendor.id, base.vendor_name, s.starts_on, s.ends_on, s.first_approved, s.last_approved, s.revisions, s.total
FROM (
    SELECT number, min(starts_on) AS starts_on, max(ends_on) AS ends_on, min(approved_on) AS first_approved,
           max(approved_on) AS last_approved, count(*) AS revisions, sum(amount) AS total
    FROM solicitations_registerrow WHERE NOT staged
      AND number IN (SELECT number FROM solicitations_registerrow WHERE taken_id = %s AND NOT staged)
    GROUP BY number
) s
JOIN LATERAL (
    SELECT * FROM solicitations_registerrow r WHERE r.number = s.number AND NOT r.staged
    ORDER BY length(r.revision), r.revision LIMIT 1
) base ON true
JOIN solicitations_registervendor vendor ON vendor.code = base.vendor_code
ON CONFLICT (number) DO UPDATE SET description = excluded.description, specification = excluded.specification,
    contract_type = excluded.contract_type, procurement_type = excluded.procurement_type, department = excluded.department,
    vendor_id = excluded.vendor_id, vendor_name = excluded.vendor_name, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
    first_approved_on = excluded.first_approved_on, last_approved_on = excluded.last_approved_on,
    revisions = excluded.revisions, total = excluded.total
"""
_PROPOSE = """
INSERT INTO solicitations_vendormerge (one_id, other_id, ground, decision)
SELECT one.id, other.id, 'Same name but for case, punctuation and legal form', 'open'
FROM solicitations_registervendor one JOIN solicitations_registervendor other ON one.key = other.key AND one.id < other.id
WHERE one.key <> '' ON CONFLICT DO NOTHING
"""
