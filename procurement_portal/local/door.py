"""What each word after `manage.py` means. Everything that is not in the table below is a Django command."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from procurement_portal.local import environment, ground
from procurement_portal.local.ground import ROOT, Refused

# Django commands that never need a server; nor does anything asked for --help.
SERVERLESS = {
    "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "lawcases", "makemessages",
    "startapp", "version",
}  # fmt: skip
# Commands that bring or inspect the tables themselves.
BEFORE_TABLES = {
    "createcachetable",
    "dbshell",
    "flush",
    "inspectdb",
    "makemigrations",
    "migrate",
    "sqlmigrate",
    "showmigrations",
}

HELP = """The portal's own commands (every ordinary Django command works too):
  up            start everything with the demo and print one address (PORT chooses the port; Ctrl-C stops)
  reset         remove the data that `up` made
  test [ARGS]   every test; ARGS go to pytest (--no-browser leaves the browser tests out)
  prove [NAME]  the long proofs at full number
  quality       format, lint, types, import contracts, templates, migrations, deployment checks
  bench [JOB]   the benches, one JSON line a figure
  setup         the environment and the assets only
"""


@contextlib.contextmanager
def opened(argv: list[str]) -> Iterator[list[str] | None]:
    """Do the door's own commands; yield the arguments when Django should do the rest, with its servers running.

    Every refusal ends the process with one line and status 1.
    """
    try:
        with _opened(argv) as arguments:
            yield arguments
    except Refused as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            sys.exit(f"The disk is full ({problem.filename or ROOT}): free some space and try again.")
        raise


@contextlib.contextmanager
def _opened(argv: list[str]) -> Iterator[list[str] | None]:
    if os.name != "posix":
        raise Refused("The portal runs on Linux and macOS: on Windows, use it inside WSL.")
    command, rest = (argv[1] if len(argv) > 1 else "help"), argv[2:]
    own: dict[str, Callable[[list[str]], int]] = {
        "setup": _setup,
        "up": _up,
        "reset": _reset,
        "test": _test,
        "prove": _prove,
        "quality": _quality,
    }
    if command in own:
        if {"-h", "--help"} & set(rest):
            print(HELP, end="")
            sys.exit(0)
        sys.exit(own[command](rest))
    if len(argv) == 1 or command in ("-h", "--help"):
        print(HELP)
    embedded = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    environment.ensure(("embedded",) if embedded else ())
    if command == "bench":
        environment.ensure_assets()
    with _for_django(command, rest):
        yield argv


def _setup(_: list[str]) -> int:
    environment.ensure(environment.ALL_EXTRAS)
    environment.ensure_assets()
    environment.say("Ready: `python3 manage.py up` starts the portal.")
    return 0


def _up(_: list[str]) -> int:
    environment.ensure(("embedded", "build"))
    environment.ensure_assets()
    from procurement_portal.local import supervisor

    return supervisor.up()


def _reset(_: list[str]) -> int:
    from procurement_portal.local import supervisor

    return supervisor.reset()


def _test(rest: list[str]) -> int:
    environment.ensure(environment.ALL_EXTRAS)
    environment.ensure_assets()
    from procurement_portal.local import testing

    return testing.test(rest)


def _prove(rest: list[str]) -> int:
    environment.ensure(environment.ALL_EXTRAS)
    environment.ensure_assets()
    from procurement_portal.local import testing

    return testing.prove(rest)


def _quality(rest: list[str]) -> int:
    environment.ensure(environment.ALL_EXTRAS)
    environment.ensure_assets()
    from procurement_portal.local import quality

    return quality.run(rest)


# --- Servers for a Django command -------------------------------------------------------------------------------------
def demo_environment(state: Path) -> dict[str, str]:
    """What the portal's processes are told in embedded mode beside the servers' addresses; the user's own words win."""
    given = {"PORTAL_MODE": "demo", "PORTAL_STATE_DIR": str(state)}
    if not os.environ.get("SECRET_KEY"):
        given["SECRET_KEY"] = ground.kept_secret(state / "secret-key")
    return {name: value for name, value in given.items() if name == "PORTAL_STATE_DIR" or not os.environ.get(name)}


def _stop_on_signal(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextlib.contextmanager
def _for_django(command: str, rest: list[str]) -> Iterator[None]:
    """Give the command its environment: the user's, or that of `up`, or servers for its own duration."""
    helping = {"-h", "--help"} & set(rest) or command.startswith("-")
    serverless = helping or (command in SERVERLESS and "--database" not in rest)
    asked_production = os.environ.get("PORTAL_MODE") == "production"
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL") or asked_production:
        record = ground.read_record(ground.state_folder()).get("environment", {})
        if record.get("DATABASE_URL") == os.environ.get("DATABASE_URL", ""):  # `up` runs over the same servers
            for name, value in record.items():
                os.environ.setdefault(name, value)
        yield  # real servers: the settings say what is missing
        return
    state = ground.state_folder()
    if serverless:
        os.environ.setdefault("PORTAL_MODE", "demo")
        os.environ["PORTAL_STATE_DIR"] = str(state)
        yield
        return
    signal.signal(signal.SIGTERM, _stop_on_signal)
    signal.signal(signal.SIGHUP, _stop_on_signal)
    ground.make_folder(state)
    with _borrowed_or_own(state, tables=command not in BEFORE_TABLES):
        yield


@contextlib.contextmanager
def _borrowed_or_own(state: Path, *, tables: bool) -> Iterator[None]:
    """Use the servers that run over `state`, or run them until the command ends and nobody else uses them."""
    from procurement_portal.local import servers

    until = time.monotonic() + servers.START_SECONDS
    while time.monotonic() < until:
        owning = ground.try_lock(state / "servers.lock")
        if owning is not None:
            with owning:
                yield from _own(state, tables)
            return
        using = ground.try_lock(state / "users.lock", shared=True)
        record = ground.read_record(state) if using else {}
        if using and record:
            with using:
                os.environ.update(record["environment"])
                yield
            return
        if using:
            using.close()
        time.sleep(0.1)
    raise Refused(f"Another process holds {state} and its servers do not answer: end it, or set PORTAL_STATE_DIR.")


def _own(state: Path, tables: bool) -> Iterator[None]:
    from procurement_portal.local import servers

    running = servers.Servers(state)
    try:
        os.environ.update(running.start() | demo_environment(state))
        if tables:
            bring_tables(state)
        ground.write_record(state, process=os.getpid(), environment=portal_environment())
        yield
        _wait_for_users(state)
    finally:
        ground.drop_record(state)
        running.stop()


def _wait_for_users(state: Path) -> None:
    """Commands that borrowed our servers finish first; nobody new is let in while the record is being dropped."""
    last = ground.try_lock(state / "users.lock")
    if last is None:
        environment.say("Waiting for another command that uses this database …")
        last = ground.try_lock(state / "users.lock", wait=3600)
    ground.drop_record(state)
    if last is not None:
        last.close()


def portal_environment() -> dict[str, str]:
    """The variables that another command needs to work on the same data."""
    names = ("DATABASE_URL", "REDIS_URL", "PORTAL_MODE", "PORTAL_STATE_DIR", "SECRET_KEY")
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def bring_tables(state: Path, *, always: bool = False) -> None:
    """Migrate the embedded database, unless these very migrations were its last ones (and not `always`).

    Raises:
        Refused: a migration failed; its own words are above the line.
    """
    from procurement_portal.local import servers

    digest = hashlib.sha256(servers.cluster_identity(os.environ["DATABASE_URL"]).encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/*/migrations/*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update(environment.LOCK.read_bytes())
    stamp = state / "migrated"
    if not always and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    migrate = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v", "0"]
    done = subprocess.run(migrate, cwd=ROOT, env=environment.child_environment(), stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Refused(
            "The tables could not be brought up to date (the reason is above): `python3 manage.py reset` starts afresh."
        )
    stamp.write_text(digest.hexdigest())
