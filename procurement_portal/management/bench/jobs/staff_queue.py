"""Job 2: the work queue and the planning list of a department, at 1,000 and at 100,000 rows."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement_portal.management.bench.compare import Failed
from procurement_portal.management.bench.figures import Emit, at_most, quantile, told
from procurement_portal.management.bench.load import Generator, get
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.seed import STAFF, cookie_of, model
from procurement_portal.management.bench.served import Served

MOST_QUERIES, MOST_MS, MOST_GROWTH = 12, 60.0, 1.5
ASKED = (
    "/my-work/", "/my-work/?q=budget", "/my-work/?q=notice+review", "/my-work/?when=week", "/my-work/?when=late",
    "/my-work/?sort=newest", "/my-work/?sort=oldest", "/my-work/?sort=what", "/my-work/?show=others", "/calendar/",
    "/plan/", "/plan/?state=published", "/plan/?state=draft", "/plan/?state=awarded",
)  # fmt: skip


def staff_cookie() -> tuple[str, int]:
    """The session of one department's publishing officer, and one of the desks that wait for them."""
    user = model("people.User").objects.get(email=STAFF)
    body = model("people.Membership").objects.filter(user=user).first().department_id
    desk = model("people.DeskMember").objects.filter(user=user).order_by("pk").first().desk_id
    return cookie_of(user, f"department:{body}"), desk


def addresses(desk: int) -> list[str]:
    """What is asked: search, two filters together, every order, the dashboard, the planning list."""
    return [*ASKED, f"/my-work/?desk={desk}", f"/my-work/?desk={desk}&when=week&sort=newest"]


def queries_of(cookie: str, path: str) -> int:
    """How many statements a page costs. Raises Failed when it does not answer."""
    client = Client(HTTP_COOKIE=cookie)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    if answer.status_code != 200:
        raise Failed(f"{path} answered {answer.status_code}")
    return len(seen)


def times(paths: list[str], cookie: str, each: int) -> dict[str, float]:
    """Median milliseconds of each page, one connection, warm."""
    with Served(own_url()) as web, Generator(web.port) as generator:
        generator.run([get(path, cookie) for path in paths] * 2, 1)
        found: dict[str, list[float]] = {path: [] for path in paths}
        for _round in range(5):  # in turn, so that what else the machine does falls on all alike
            for path in paths:
                outcome = generator.run([get(path, cookie)] * max(1, each // 5), 1)
                if outcome.failed:
                    raise Failed(f"{path}: {outcome.statuses}")
                found[path] += outcome.milliseconds
    return {path: quantile(values, 0.5) for path, values in found.items()}


def few_first(emit: Emit) -> None:
    """Measured while the database holds a hundredth of the rows; kept for the comparison."""
    cookie, desk = staff_cookie()
    _small.clear()
    _small.update(times(addresses(desk), cookie, 20))
    emit(told(2, "work queue at 1,000", _small["/my-work/"], "ms"))


_small: dict[str, float] = {}


def run(emit: Emit, each: int = 20) -> None:
    """Print the figures of job 2."""
    cookie, desk = staff_cookie()
    paths = addresses(desk)
    for path in paths:
        queries_of(cookie, path)
    counts = {path: queries_of(cookie, path) for path in paths}
    worst = max(counts, key=lambda path: counts[path])
    emit(at_most(2, f"statements, {worst}", counts[worst], MOST_QUERIES, "statements"))
    for path, found in times(paths, cookie, each).items():
        emit(at_most(2, f"{path}, median", found, MOST_MS, "ms"))
        if path in _small:
            emit(at_most(2, f"{path}, against 1,000 rows", found / _small[path], MOST_GROWTH, "times"))
