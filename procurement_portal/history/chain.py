"""The chain over history: sealed in commit order, its signed head kept outside the database, verified from end to end.

Each seal's digest is SHA-256 over its position, the digest before it and the canonical JSON of its entry. An entry is sealed in
the first round that sees it committed, so a late commit with an early number takes its place where it became visible.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from procurement_portal.history import head as heads
from procurement_portal.history.head import Head
from procurement_portal.history.models import Entry, Seal
from procurement_portal.time.clock import now

LOCK = 7_304_511  # the advisory lock of the sealer, one in the database
BATCH = 2_000
BEGINNING = "0" * 64
_FIELDS = (
    "id", "actor_id", "actor_label", "acting_as", "act", "subject_type", "subject_id", "subject_label", "before", "after",
    "why", "law", "request_id", "witnessed", "txid",
)  # fmt: skip


def canonical(entry: Entry) -> bytes:
    """The entry as JSON with sorted names, no spaces, UTF-8; its instant in UTC to the microsecond."""
    facts: dict[str, Any] = {name: getattr(entry, name) for name in _FIELDS}
    facts["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(position: int, previous: str, entry: Entry) -> str:
    """The link of this entry at this position after that digest."""
    return hashlib.sha256(f"{position}\n{previous}\n".encode() + canonical(entry)).hexdigest()


def seal() -> int:
    """Seal every entry that is committed and not sealed yet; sign the head. Returns how many were sealed.

    Right when it runs late, twice or in two processes: one holds the lock, another does nothing.
    """
    sealed = 0
    while True:
        with transaction.atomic():
            if not _lock():
                break
            done = _seal_batch()
        sealed += done
        if done < BATCH:
            break
    with transaction.atomic():
        if _lock():
            _sign_head()
    return sealed


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _seal_batch() -> int:
    last = Seal.objects.order_by("-position").first()
    position, previous = (last.position, last.digest) if last else (0, BEGINNING)
    horizon = _horizon()  # taken before the rows are read: what ends in between is only looked for once more
    rows = list(unsealed(_looked_through(last, horizon)).order_by("id")[:BATCH])
    # A full batch leaves some behind: these must be found again, so the mark stays where it was.
    mark = horizon if len(rows) < BATCH else _looked_through(last, horizon)
    seals = []
    for entry in rows:
        position += 1
        previous, before = digest(position, previous, entry), previous
        seals.append(Seal(position=position, entry_id=entry.pk, previous=before, digest=previous, horizon=mark))
    Seal.objects.bulk_create(seals)
    return len(seals)


def _looked_through(last: Seal | None, horizon: int) -> int:
    """Entries of transactions below this number are sealed already. A restored database counts anew: then look at all."""
    return last.horizon if last is not None and last.horizon <= horizon else 0


def unsealed(since: int = 0) -> QuerySet[Entry]:
    """Committed entries without a seal, of transactions from this number on."""
    return Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))), txid__gte=since)


def _sign_head() -> None:
    last = Seal.objects.order_by("-position").first()
    known = heads.read()
    if last is not None and (known is None or not known.genuine or known.position < last.position):
        heads.write(Head(position=last.position, digest=last.digest, at=now()))


@dataclass
class Report:
    """What a verification found. `faults` is empty when the chain is whole."""

    sealed: int = 0
    faults: list[str] = field(default_factory=list)
    head: Head | None = None
    beyond_head: int = 0  # sealed after the head was signed
    tail: int = 0  # not sealed yet
    tail_since: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, as far as the head reaches."""
        return not self.faults


def verify(most_faults: int = 20) -> Report:
    """Walk the whole chain and hold it against the signed head. Stops telling after `most_faults`."""
    report = Report(head=heads.read())  # read first: a head signed meanwhile would reach further than what we see
    inside = connection.in_atomic_block
    with transaction.atomic():
        if not inside:  # one picture of the database, although the sealer goes on
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for fault in _faults(report):
            report.faults.append(fault)
            if len(report.faults) >= most_faults:
                break
        _look_at_tail(report)
    return report


def _faults(report: Report) -> Iterator[str]:
    head = report.head
    if head is not None and not head.genuine:
        yield "the head of history is not signed by this portal's key"
    expected, previous = 1, BEGINNING
    for seal_row, entry in _rows():
        if seal_row.position != expected:
            yield f"positions {expected} to {seal_row.position - 1} are missing"
        if entry is None:
            yield f"position {seal_row.position}: its entry {seal_row.entry_id} is missing"
        elif seal_row.previous != previous:
            yield f"position {seal_row.position}: does not follow the one before it"
        elif digest(seal_row.position, previous, entry) != seal_row.digest:
            yield f"position {seal_row.position}: entry {entry.pk} is not what was sealed"
        if head is not None and seal_row.position == head.position and seal_row.digest != head.digest:
            yield f"position {seal_row.position}: the chain is not the one whose head was signed"
        expected, previous = seal_row.position + 1, seal_row.digest
        report.sealed += 1
    last = expected - 1
    if head is None and last:
        yield "the signed head is missing"
    if head is not None and last < head.position:
        yield f"positions {last + 1} to {head.position} are missing: the signed head reaches further than the chain"
    report.beyond_head = max(0, last - (head.position if head else 0))


def _rows() -> Iterator[tuple[Seal, Entry | None]]:
    after = -1
    while True:
        seals = list(Seal.objects.filter(position__gt=after).order_by("position")[:BATCH])
        entries = Entry.objects.in_bulk([s.entry_id for s in seals])
        for row in seals:
            yield row, entries.get(row.entry_id)
        if len(seals) < BATCH:
            return
        after = seals[-1].position


def _look_at_tail(report: Report) -> None:
    mark = Seal.objects.aggregate(mark=Max("horizon"))["mark"] or 0
    tail = list(unsealed().order_by("id").only("id", "at", "txid"))
    for entry in tail:
        if entry.txid < mark:
            report.faults.append(f"entry {entry.pk} stands among sealed ones and was never sealed: it was put in later")
    waiting = [entry for entry in tail if entry.txid >= mark]
    report.tail = len(waiting)
    report.tail_since = min((entry.at for entry in waiting), default=None)
