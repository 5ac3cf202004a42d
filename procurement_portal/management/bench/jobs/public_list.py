"""Job 1: the public list of 25 rows with words, filters and orders; and the register of past contracts."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement_portal.management.bench.compare import compare
from procurement_portal.management.bench.figures import Emit, at_least, at_most, told
from procurement_portal.management.bench.load import Generator, get
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.served import Served

LIST, REGISTER, BARE = "/opportunities/", "/past-contracts/", "/bench/list/"
MOST_QUERIES, LEAST_RATIO, MOST_SLOWER = 6, 0.6, 5.0
REQUESTS = 80  # of each kind in a round
# What readers ask of the list. None of them may be much slower than the list as it opens.
ASKED = (
    "?page=2", "?page=40", "?sort=newest", "?sort=amount", "?phase=all", "?phase=all&sort=amount", "?phase=all&sort=due",
    "?phase=closed", "?phase=decided", "?category=youth_employment", "?jurisdiction=county", "?jurisdiction=county&sort=amount",
    "?department=2", "?department=2&sort=newest", "?area=25", "?area=25&sort=amount", "?phase=all&area=25&sort=newest",
    "?amount_least=900000", "?amount_most=120000&sort=newest", "?due_from=2026-12-20&due_until=2026-12-24",
    "?text=violin", "?text=youth", "?text=community+services", "?text=community&sort=due", "?text=youth&area=25&sort=amount",
    "?text=jobs+training&phase=all", "?text=community&phase=all&sort=newest",
)  # fmt: skip
ASKED_REGISTER = (
    "", "?page=30", "?text=housing", "?text=services", "?department=DEPARTMENT+7", "?contract_type=COMMODITIES", "?year=2024",
)  # fmt: skip


def queries_of(client: Client, path: str) -> int:
    """How many statements a page costs. Raises AssertionError when it does not answer."""
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(seen)


def run(emit: Emit, requests: int = REQUESTS) -> None:
    """Print the figures of job 1."""
    client = Client()
    client.get(LIST)  # templates and translations are read
    worst = max(ASKED, key=lambda asked: queries_of(client, LIST + asked))
    for name, path in (("public list", LIST), (f"public list {worst}", LIST + worst), ("register", REGISTER)):
        emit(at_most(1, f"statements, {name}", queries_of(client, path), MOST_QUERIES, "statements"))
    with Served(own_url()) as web, Generator(web.port) as generator:
        for name, path in (("public list", LIST), ("register", REGISTER)):
            got = compare(generator, [get(path)] * requests, [get(BARE)] * requests)
            emit(at_least(1, f"{name} against the bare one-query view", got.ratio, LEAST_RATIO, "of its rate"))
            emit(told(1, f"{name}, rate", got.rate, "answers/s"))
            emit(told(1, f"{name}, 95th percentile of 8 connections", got.p95, "ms"))
            emit(told(1, "bare one-query view, rate", got.bare_rate, "answers/s"))
        for path, asked in ((LIST, ASKED), (REGISTER, ASKED_REGISTER)):
            few = max(2, requests // 20)
            slowest = 0.0
            for query in asked:
                got = compare(generator, [get(path + query)] * few, [get(path)] * few, connections=1, rounds=3)
                slowest = max(slowest, 1 / got.ratio)
                emit(told(1, f"{path}{query}", got.p50, "ms", f"{1 / got.ratio:.2f} times the plain list"))
            emit(at_most(1, f"slowest filter or order of {path}", slowest, MOST_SLOWER, "times the plain list"))
