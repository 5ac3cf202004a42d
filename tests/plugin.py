"""Test servers, started before Django reads its settings: `python -m pytest -p tests.plugin`.

A `conftest.py` is too late for that. The workers of pytest-xdist inherit the environment of the process that started
them, so one PostgreSQL and one Redis-compatible server serve all; each worker has its own Redis database and folder.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What is started once for many tests (a browser, the demo, a portal of one's own) goes to one worker whole.
_WHOLE_FOLDERS = ("tests/integration/demo",)
_WHOLE_FILES = ("tests/browser/", "tests/unit/web/test_script.py", "tests/house/test_door.py")
_servers = contextlib.ExitStack()


def _worker_number() -> int | None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(worker.removeprefix("gw")) if worker.startswith("gw") else None


def _begin() -> None:
    """Set the environment of the portal in this process, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement_portal.settings")
    if "PORTAL_TEST_SERVERS" not in os.environ:
        if {"-h", "--help", "--version"} & set(sys.argv):
            return
        from procurement_portal.local import servers

        os.environ.update(_servers.enter_context(servers.temporary()))
        os.environ["PORTAL_TEST_SERVERS"] = str(os.getpid())
    number = _worker_number()
    if number is not None and os.environ.get("PORTAL_TEST_WORKER") != str(number):
        os.environ["PORTAL_TEST_WORKER"] = str(number)
        server, _, _ = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{number % 15 + 1}"
        folder = Path(os.environ["PORTAL_STATE_DIR"]) / f"worker-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["PORTAL_STATE_DIR"] = str(folder)


_begin()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-browser",
        action="store_true",
        help="leave out the tests that drive a browser (they fail without one)",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser (all of tests/browser)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.relative_to(config.rootpath).parts[:-1]:
            item.add_marker("browser")
        if item.get_closest_marker("browser") and config.getoption("--no-browser"):
            item.add_marker(pytest.mark.skip(reason="--no-browser was given"))


class _Together(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whichever worker is free, but those of a whole folder or file to one."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.rpartition("/")[0]
        if folder in _WHOLE_FOLDERS:
            return folder
        return path if path.startswith(_WHOLE_FILES) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Together(config, log)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed browser's program. A test that asks for it fails where there is none."""
    from procurement_portal.local import browser

    found = browser.find()
    if found is None:
        pytest.fail(browser.missing(), pytrace=False)
    return str(found)


@pytest.fixture(scope="session")
def artifacts_folder() -> Path:
    """Where a failing test leaves its screenshot: `PORTAL_ARTIFACTS`, else `test-artifacts/` of the checkout."""
    folder = Path(os.environ.get("PORTAL_ARTIFACTS") or Path(__file__).resolve().parents[1] / "test-artifacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def pytest_unconfigure(config: pytest.Config) -> None:
    _servers.close()
