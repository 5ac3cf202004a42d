"""`manage.py up` and `reset`: the whole portal on one machine, started, watched and stopped by one process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from procurement_portal.local import door, environment, ground
from procurement_portal.local.ground import ROOT, Refused
from procurement_portal.local.processes import Child

HEALTHY_SECONDS = 120
STOP_SECONDS = 8.0
RESTARTS = 5  # in a minute, before the supervisor gives up


def _say(line: str = "") -> None:
    print(line, flush=True)


def up() -> int:
    """Start everything, print one address, watch until Ctrl-C, stop everything. Returns the exit status.

    Raises:
        Refused: a port, a server, a migration or a process stands in the way; the line says what to do.
    """
    state = ground.make_folder(ground.state_folder())
    record = ground.read_record(state)
    pid, address = record.get("process", "unknown"), record.get("address", "another address")
    running = f"The portal is already running at {address} (process {pid})."
    with ground.only_one(state / "up.lock", f"{running} Stop that one with Ctrl-C first."):
        os.environ["PORT"] = str(ground.web_port())
        wait = f"A manage.py command (process {pid}) is using this database: let it finish first."
        with ground.only_one(state / "servers.lock", wait, wait=10):
            return _Portal(state).run()


def reset() -> int:
    """Remove everything in the state folder: the database, the files, the keys, the logs.

    Raises:
        Refused: the portal, or a command, is using it.
    """
    state = ground.state_folder()
    if not state.exists():
        _say(f"Nothing to reset: {state} does not exist.")
        return 0
    busy = "The portal is running: stop `python3 manage.py up` with Ctrl-C first."
    command = "A manage.py command is using the database: let it finish first."
    with ground.only_one(state / "up.lock", busy), ground.only_one(state / "servers.lock", command):
        elsewhere = state / "data-elsewhere"
        if elsewhere.exists():
            shutil.rmtree(elsewhere.read_text(), ignore_errors=True)
        for path in state.iterdir():
            if path.name.endswith(".lock"):
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    _say(f"Removed the data in {state}. The next `python3 manage.py up` starts afresh.")
    return 0


class _Portal:
    """The started portal: its servers, its processes, and how it ends."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.logs = ground.make_folder(state / "logs", 0o700)
        self.port = int(os.environ["PORT"])
        self.address = f"http://localhost:{self.port}"
        self.children: list[Child] = []
        self.stopping = threading.Event()

    def run(self) -> int:
        """The life of `up`, from the first signal handler to the last stopped child."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if name != signal.SIGHUP or signal.getsignal(name) != signal.SIG_IGN:  # nohup is respected
                signal.signal(name, lambda *_: self._interrupt())
        try:
            with self._servers() as alive:
                self._prepare()
                self._start_processes()
                self._wait_until_healthy(alive)
                self._announce()
                return self._watch(alive)
        except _Interrupted:
            return 0
        finally:
            ground.drop_record(self.state)

    def _interrupt(self) -> None:
        if not self.stopping.is_set():
            self.stopping.set()
            raise _Interrupted

    # --- Start --------------------------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def _servers(self) -> Iterator[list[Child]]:
        from procurement_portal.local import servers

        own = servers.Servers(self.state)
        try:
            wanted = {"postgres": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}
            if any(wanted.values()):
                _say("Starting the database …")
            self.embedded = wanted["postgres"]
            os.environ.update(own.start(**wanted) | door.demo_environment(self.state))
            facts = {"environment": door.portal_environment(), "address": self.address}
            ground.write_record(self.state, process=os.getpid(), **facts)
            yield own.children
        finally:
            self._stop_processes()
            own.stop()

    def _manage(self, *words: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a Django command to its end; with `quiet` its output is kept, not shown."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        kept = subprocess.PIPE if quiet else None
        return subprocess.run(
            command, cwd=ROOT, env=environment.child_environment(), stdout=kept, text=True, check=False
        )

    def _prepare(self) -> None:
        _say("Bringing the tables up to date …")
        if self.embedded:
            door.bring_tables(self.state, always=True)
        elif self._manage("migrate", "-v", "0").returncode != 0:
            raise Refused("The database could not be brought up to date (the reason is above).")
        if os.environ.get("PORTAL_MODE") == "demo" and self._has_demo_command() and not self._has_people():
            _say("Loading the demo …")
            if self._manage("demo").returncode != 0:
                raise Refused(
                    "The demo could not be loaded (the reason is above). `python3 manage.py reset` starts afresh."
                )

    @staticmethod
    def _has_demo_command() -> bool:
        return any(ROOT.glob("*/management/commands/demo.py")) or any(ROOT.glob("*/*/management/commands/demo.py"))

    @staticmethod
    def _has_people() -> bool:
        """Whether anybody has an account in this database: then it is somebody's, and no demo is loaded into it."""
        import psycopg2

        with (
            contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT EXISTS (SELECT 1 FROM people_user)")
            row = cursor.fetchone()
        return bool(row and row[0])

    def _start_processes(self) -> None:
        web = ["gunicorn", "-c", "python:procurement_portal.serving", "procurement_portal.wsgi:application"]
        web += ["-b", f"127.0.0.1:{self.port}", "--graceful-timeout", "5"]
        worker = ["celery", "-A", "procurement_portal", "worker", "-c", "2", "-l", "INFO", "--without-gossip"]
        worker += ["--without-mingle", "-n", f"portal-{os.getpid()}@%h"]
        beat = [
            "celery",
            "-A",
            "procurement_portal",
            "beat",
            "-l",
            "INFO",
            "--pidfile=",
            "-s",
            str(self.state / "beat"),
        ]
        for name, command in (("web", web), ("worker", worker), ("scheduler", beat)):
            log = self.logs / f"{name}.log"
            log.unlink(missing_ok=True)
            env = environment.child_environment() | {"PYTHONUNBUFFERED": "1"}
            self.children.append(Child(name, [sys.executable, "-m", *command], log=log, env=env, cwd=ROOT))

    def _check(self, servers: list[Child]) -> None:
        """Raises Refused with the end of the log when anything has ended by itself."""
        for child in [*servers, *self.children]:
            if child.ended is not None:
                why = ground.tail(child.log) or "(nothing)"
                raise Refused(
                    f"The {child.name} process ended by itself (status {child.ended}). The end of {child.log}:\n{why}"
                )

    def _wait_until_healthy(self, servers: list[Child]) -> None:
        _say("Starting web, worker and scheduler …")
        until = time.monotonic() + HEALTHY_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        last = "no answer"
        while time.monotonic() < until:
            self._check(servers)
            try:
                with opener.open(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except urllib.error.HTTPError as problem:
                last = f"status {problem.code}"
            except OSError as problem:
                last = str(problem)
            time.sleep(0.15)
        log = self.logs / "web.log"
        raise Refused(
            f"/healthz did not become healthy in {HEALTHY_SECONDS} s ({last}). The end of {log}:\n{ground.tail(log)}"
        )

    def _announce(self) -> None:
        people = ""
        if self._has_demo_command() and os.environ.get("PORTAL_MODE") == "demo":
            people = (self._manage("demo", "--people", quiet=True).stdout or "").rstrip()
        _say(f"\nThe portal is running: {self.address}\n")
        if people:
            _say(people + "\n")
        _say(f"Ctrl-C stops it; the data stays. Logs are in {self.logs}.")

    # --- Watch and stop -----------------------------------------------------------------------------------------------
    def _watch(self, servers: list[Child]) -> int:
        """Start again what ends by itself, unless it keeps ending.

        Raises:
            Refused: more than RESTARTS in a minute, with the end of the log.
        """
        restarts: list[float] = []
        while not self.stopping.wait(0.5):
            restarts = [moment for moment in restarts if moment > time.monotonic() - 60]
            for child in [*servers, *self.children]:
                if child.ended is None:
                    continue
                if len(restarts) >= RESTARTS:
                    self._check(servers)
                restarts.append(time.monotonic())
                _say(f"The {child.name} process ended by itself (status {child.ended}) and is started again.")
                child.restart()
        return 0

    def _stop_processes(self) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        if self.children:
            _say("\nStopping …")
        for child in self.children:
            child.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop(max(0.1, until - time.monotonic()))
        self.children.clear()


class _Interrupted(BaseException):
    """Ctrl-C, or a polite request to end."""
