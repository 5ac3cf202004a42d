"""`manage.py test` and `manage.py prove`: pytest with the embedded servers and a browser."""

from __future__ import annotations

import subprocess
import sys

from procurement_portal.local import browser, environment
from procurement_portal.local.ground import ROOT, Refused


def _pytest(arguments: list[str], **settings: str) -> int:
    command = [sys.executable, "-m", "pytest", "-p", "tests.plugin", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment.child_environment() | settings, check=False).returncode


def _get_browser() -> None:
    if browser.find() is None:
        environment.apt_install("chromium")
    if browser.find() is None:
        environment.say(browser.missing())


def test(rest: list[str]) -> int:
    """Every test, on two processes; `rest` goes to pytest. Returns pytest's exit status."""
    if "--no-browser" not in rest:
        _get_browser()
    own_number = any(word == "-n" or word.startswith(("-n", "--numprocesses")) for word in rest)
    parallel = [] if own_number or "--pdb" in rest else ["-n", "2", "--dist", "loadscope"]
    return _pytest([*parallel, *rest])


def prove(rest: list[str]) -> int:
    """The long proofs at full number: `tests/prove/test_<name>.py`, all of them without a name.

    Raises:
        Refused: no proof of that name.
    """
    names = {path.stem.removeprefix("test_"): path for path in sorted((ROOT / "tests" / "prove").glob("test_*.py"))}
    chosen = [word for word in rest if not word.startswith("-")]
    unknown = [word for word in chosen if word.replace("-", "_") not in names]
    if unknown:
        raise Refused(f"There is no proof “{unknown[0]}”. The proofs are: {', '.join(names) or 'none yet'}.")
    paths = [str(names[word.replace("-", "_")]) for word in chosen] or [str(path) for path in names.values()]
    if not paths:
        raise Refused("There are no proofs yet: they are tests/prove/test_<name>.py.")
    _get_browser()
    return _pytest(["-s", "-p", "no:xdist", *[w for w in rest if w.startswith("-")], *paths], PORTAL_PROVE="full")
