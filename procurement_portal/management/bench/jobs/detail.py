"""Job 3: one record with its documents, points and history: an opened proposal, the same for its reader, a contract."""

from __future__ import annotations

from procurement_portal.management.bench.compare import compare
from procurement_portal.management.bench.figures import Emit, Figure, at_least, at_most, told
from procurement_portal.management.bench.jobs.public_list import BARE
from procurement_portal.management.bench.jobs.staff_queue import queries_of
from procurement_portal.management.bench.load import Generator, get
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.records import records
from procurement_portal.management.bench.served import Served

FEW, MANY = 10, 200  # documents, points, acts of a record
LEAST_RATIO, MOST_QUERIES = 0.35, 15
REQUESTS = 60  # of each kind in a round


def run(emit: Emit, requests: int = REQUESTS) -> None:
    """Print the figures of job 3."""
    few, many = records(FEW), records(MANY)
    for one in (*few, *many):
        queries_of(one.cookie, one.path)  # templates and translations are read
    for small, large in zip(few, many, strict=True):
        count, more = queries_of(small.cookie, small.path), queries_of(large.cookie, large.path)
        emit(at_most(3, f"statements, {small.name}", count, MOST_QUERIES, "statements"))
        emit(
            Figure(3, f"statements, {small.name} with {MANY} of each", more, "statements", f"= {count}", more == count)
        )
    with Served(own_url()) as web, Generator(web.port) as generator:
        for small, large in zip(few, many, strict=True):
            got = compare(generator, [get(small.path, small.cookie)] * requests, [get(BARE)] * requests)
            emit(at_least(3, f"{small.name} against the bare one-query view", got.ratio, LEAST_RATIO, "of its rate"))
            emit(told(3, f"{small.name}, rate", got.rate, "answers/s"))
            emit(told(3, f"{small.name}, 95th percentile of 8 connections", got.p95, "ms"))
            emit(told(3, "bare one-query view, rate", got.bare_rate, "answers/s"))
            few_times = max(2, requests // 10)
            got = compare(
                generator, [get(large.path, large.cookie)] * few_times, [get(small.path, small.cookie)] * few_times,
                connections=1, rounds=3,
            )  # fmt: skip
            emit(
                told(
                    3,
                    f"{large.name} with {MANY} of each, median",
                    got.p50,
                    "ms",
                    f"{1 / got.ratio:.2f} times that with {FEW}",
                )
            )
