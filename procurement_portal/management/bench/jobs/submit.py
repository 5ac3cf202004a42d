"""Job 4: an answer with a file of 1 MB, uploaded, signed and submitted; against the bare submission."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement_portal.management.bench.compare import Failed
from procurement_portal.management.bench.figures import ROUNDS, Emit, Figure, at_least, at_most, told
from procurement_portal.management.bench.load import Generator
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.proposals import Submitter, submitters, whole
from procurement_portal.management.bench.seed import model
from procurement_portal.management.bench.served import Served

SIZE, EACH, LEAST_RATIO, MOST_STATEMENTS = 1_000_000, 16, 0.3, 20
BARE = {"path": "/bench/submission/", "method": "POST", "headers": {"Content-Type": "application/octet-stream"}}


def statements_of(one: Submitter) -> tuple[int, int, int]:
    """(statements, transactions, files stored) of the signed submission of one answer whose file was uploaded before."""
    upload, submit = one.chain
    client = Client(HTTP_COOKIE=submit["headers"]["Cookie"], HTTP_X_CSRFTOKEN=submit["headers"]["X-CSRFToken"])
    before = model("documents.File").objects.count()
    for request in (upload, submit):
        with CaptureQueriesContext(connection) as seen:
            answer = client.post(
                request["path"], Path(request["body"]).read_bytes(), content_type=request["headers"]["Content-Type"]
            )
        if answer.status_code not in (302, 303):
            raise Failed(f"{request['path']} answered {answer.status_code}")
    ran = [query["sql"] for query in seen.captured_queries]
    begun = ran.count("BEGIN")
    # What the transaction itself does; who is asking (session, person, memberships, the record) is read before it.
    count = len([sql for sql in ran[ran.index("BEGIN") :] if sql not in ("BEGIN", "COMMIT")])
    return count, begun, model("documents.File").objects.count() - before


def run(emit: Emit, each: int = EACH, size: int = SIZE) -> None:
    """Print the figures of job 4."""
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as place:
        folder = Path(place)
        made = submitters(each * (ROUNDS + 1) + 1, size, folder)
        count, begun, files = statements_of(made[-1])
        emit(
            at_most(
                4,
                "statements of a signed submission's transaction",
                count,
                MOST_STATEMENTS,
                "statements",
            )
        )
        emit(Figure(4, "transactions of a signed submission", begun, "transactions", "= 1", begun == 1))
        emit(Figure(4, "files stored for one uploaded file", files, "files", "= 1", files == 1))
        bare_body = folder / "bare"
        bare_body.write_bytes(Path(made[0].chain[0]["body"]).read_bytes())
        ratios, rates, bare_rates = [], [], []
        with Served(own_url()) as web, Generator(web.port) as generator:
            for turn in range(ROUNDS + 1):
                ours = generator.run([one.chain for one in made[turn * each : (turn + 1) * each]])
                bare = generator.run([BARE | {"body": str(bare_body)}] * each)
                if ours.failed or bare.failed:
                    raise Failed(f"submissions {ours.statuses}, bare {bare.statuses}")
                if turn:  # the first is the warm-up
                    ratios.append(ours.rate / bare.rate)
                    rates.append(ours.rate)
                    bare_rates.append(bare.rate)
        good, wrong = whole(made)
        emit(Figure(4, "submissions whose row, receipt and file agree", good, f"of {len(made)}", f"= {len(made)}", not wrong,
                    "; ".join(wrong[:3])))  # fmt: skip
        emit(
            at_least(
                4,
                "upload and submission of 1 MB against the bare submission",
                median(ratios),
                LEAST_RATIO,
                "of its rate",
            )
        )
        emit(told(4, "submissions", median(rates), "a second", "two requests each: the upload, the signature"))
        emit(told(4, "bare submissions", median(bare_rates), "a second"))
