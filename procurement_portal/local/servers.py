"""The embedded PostgreSQL and Redis-compatible server: for `up`, for tests, and for one command's duration."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from procurement_portal.local import binaries, ground
from procurement_portal.local.ground import Refused
from procurement_portal.local.processes import Child

OWNER, DATABASE = "portal_owner", "portal"
START_SECONDS = 60
_PLAIN_ENV = {"PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
# A throwaway database may lose its last second with the machine; nobody's work is in it.
_THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The application's role owns nothing. Default privileges are kept per database, so they are also in template1:
# a database that the test runner creates is a copy of it.
_ROLE_SQL = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
        CREATE ROLE portal_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END $$;
"""
_PRIVILEGES_SQL = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT USAGE, SELECT ON SEQUENCES TO portal_app;
"""


class Servers:
    """One PostgreSQL and one Redis-compatible server on free loopback ports, with passwords, over one state folder."""

    def __init__(self, state: Path, *, throwaway: bool = False) -> None:
        """`throwaway`: for tests; faster, and worth nothing after a power cut."""
        self.state = ground.make_folder(state)
        self.logs = ground.make_folder(state / "logs", 0o700)
        self.throwaway = throwaway
        self.who = binaries.identity()
        self.children: list[Child] = []
        self.outside: Path | None = None

    def start(self, *, postgres: bool = True, redis: bool = True) -> dict[str, str]:
        """Start what is asked for and wait until it answers.

        Returns: DATABASE_URL (as the owner of the tables) and REDIS_URL of the started servers.

        Raises:
            Refused: with the end of the log, when one does not start.
        """
        urls: dict[str, str] = {}
        try:
            if redis:  # first: it needs no time
                urls["REDIS_URL"] = self._start_redis()
            if postgres:
                urls["DATABASE_URL"] = self._start_postgres()
        except BaseException:
            self.stop()
            raise
        return urls

    def stop(self) -> None:
        """Stop the servers, PostgreSQL with its fast and clean shutdown."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop(15)
        self.children.clear()

    def check_alive(self) -> None:
        """Raises Refused when a server has ended by itself."""
        for child in self.children:
            if child.ended is not None:
                raise Refused(
                    f"{child.name} ended by itself ({child.ended}). The end of {child.log}:\n{ground.tail(child.log)}"
                )

    def discard(self) -> None:
        """Remove the data folder where it lies outside the state folder."""
        if self.outside is not None:
            shutil.rmtree(self.outside, ignore_errors=True)

    # --- PostgreSQL ---------------------------------------------------------------------------------------------------
    def _data_folder(self, major: int) -> Path:
        """Keyed by major version; in the shelter when the servers' user cannot reach the state folder."""
        home = self.state
        if self.who and not binaries.others_may_enter(self.state):
            home = binaries.shelter() / f"data-{hashlib.sha256(str(self.state).encode()).hexdigest()[:10]}"
            self.outside = ground.make_folder(home)
            (self.state / "data-elsewhere").write_text(str(home))
        return home / f"postgres-{major}"

    def _owned(self, path: Path) -> None:
        if self.who:
            os.chown(path, self.who["user"], self.who["group"])

    def _initdb(self, programs: Path, data: Path, password: str) -> None:
        """Make the cluster, all of it or nothing: a start that was interrupted begins again."""
        ground.require_space(data.parent, ground.STATE_BYTES, "the database")
        for leftover in data.parent.glob(f".{data.name}.*"):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh = data.with_name(f".{data.name}.{os.getpid()}")
        shutil.rmtree(data, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._owned(fresh)
        given = data.with_name(f".{data.name}.given")
        ground.write_private(given, password + "\n")
        self._owned(given)
        command = [str(programs / "initdb"), "-D", str(fresh), "-U", OWNER, "--auth=scram-sha-256", f"--pwfile={given}"]
        command += ["-E", "UTF8", "--no-instructions", *(["--no-sync"] if self.throwaway else [])]
        try:
            for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
                done = subprocess.run(
                    [*command, f"--locale={locale}"],
                    env=_PLAIN_ENV,
                    cwd="/",
                    capture_output=True,
                    text=True,
                    **self.who,
                )
                if done.returncode == 0:
                    break
                if "locale" not in done.stderr:
                    break
        finally:
            given.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise Refused(f"PostgreSQL could not make its data folder {data}: {reason}")
        fresh.rename(data)

    def _start_postgres(self) -> str:
        programs, major = binaries.postgres()
        data = self._data_folder(major)
        password = ground.kept_secret(self.state / "postgres-password")
        if not (data / "PG_VERSION").exists():
            self._initdb(programs, data, password)
        ground.require_space(data, ground.STATE_BYTES // 4, "the database")
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "max_connections": "100",
        }
        options |= _THROWAWAY if self.throwaway else {}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        log = self.logs / "postgres.log"
        for attempt in (1, 2, 3):  # the free port may be taken before PostgreSQL takes it
            port = ground.free_port()
            command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *settings]
            child = Child("PostgreSQL", command, log=log, env=_PLAIN_ENV, cwd="/", stop_with=signal.SIGINT, **self.who)
            self.children.append(child)
            server = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}"
            try:
                self._wait(child, _postgres_answers, f"{server}/postgres")
                break
            except Refused:
                self.children.remove(child)
                if attempt == 3 or "could not bind" not in ground.tail(log, 8):
                    child.stop(2)
                    raise
        _prepare_database(server)
        return f"{server}/{DATABASE}"

    # --- Redis --------------------------------------------------------------------------------------------------------
    def _start_redis(self) -> str:
        program = binaries.redis()
        password = secrets.token_urlsafe(24)
        for attempt in (1, 2, 3):
            port = ground.free_port()
            configuration = (
                f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir /\nappendonly no\n"
                'save ""\nmaxmemory-policy noeviction\nloglevel notice\ndaemonize no\n'
            )
            log = self.logs / "redis.log"
            child = Child(
                "Redis", [str(program), "-"], log=log, env=_PLAIN_ENV, cwd="/", input_text=configuration, **self.who
            )
            self.children.append(child)
            url = f"redis://:{password}@127.0.0.1:{port}/0"
            try:
                self._wait(child, _redis_answers, url)
                return url
            except Refused:
                self.children.remove(child)
                if attempt == 3 or "bind" not in ground.tail(log, 8):
                    child.stop(2)
                    raise
        raise AssertionError("unreachable")

    def _wait(self, child: Child, answers: Callable[[str], bool], url: str) -> None:
        until = time.monotonic() + START_SECONDS
        while not answers(url):
            if child.ended is not None or time.monotonic() > until:
                state = (
                    f"ended with status {child.ended}"
                    if child.ended is not None
                    else f"did not answer in {START_SECONDS} s"
                )
                raise Refused(f"{child.name} {state}. The end of {child.log}:\n{ground.tail(child.log)}")
            time.sleep(0.03)


def _postgres_answers(url: str) -> bool:
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _prepare_database(server: str) -> None:
    """Make the application's role, its privileges, and the database, where they are not there yet."""
    import psycopg2

    def run(name: str, *statements: str) -> None:
        with contextlib.closing(psycopg2.connect(f"{server}/{name}")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)

    with contextlib.closing(psycopg2.connect(f"{server}/postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone():
            return
    run("template1", _ROLE_SQL, _PRIVILEGES_SQL)
    run("postgres", f"CREATE DATABASE {DATABASE} TEMPLATE template1")


def cluster_identity(url: str) -> str:
    """What PostgreSQL calls this very data folder: another one, even of the same name, is another cluster."""
    import psycopg2

    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@contextlib.contextmanager
def temporary(*, mode: str = "test") -> Iterator[dict[str, str]]:
    """Servers over a folder of their own, removed at the end. Yields the whole environment for the portal's processes.

    A DATABASE_URL or REDIS_URL that the environment already has is used instead of the embedded server.
    """
    wanted = {"postgres": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}
    folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
    folder.chmod(0o711)
    servers = Servers(folder / "state", throwaway=True)
    try:
        urls = servers.start(**wanted)
        environment = {"PORTAL_MODE": mode, "PORTAL_STATE_DIR": str(folder / "state"), **urls}
        environment["SECRET_KEY"] = os.environ.get("SECRET_KEY") or ground.kept_secret(folder / "state" / "secret-key")
        yield environment
    finally:
        servers.stop()
        kept = os.environ.get("PORTAL_ARTIFACTS")
        if kept:  # the logs of a run that somebody will want to read (.ci/run removes them when all was well)
            shutil.copytree(servers.logs, Path(kept) / "servers", dirs_exist_ok=True)
        servers.discard()
        shutil.rmtree(folder, ignore_errors=True)
