"""Where the portal stands on one machine: its folders, locks, ports and free space. Standard library only."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]

# Free bytes asked for before work starts; measured on a fresh clone, with a margin.
ENVIRONMENT_BYTES = 1200 * 1024**2  # .venv with browsers' driver, and pip's unpacking
STATE_BYTES = 400 * 1024**2  # an empty PostgreSQL cluster, its write-ahead log and the demo


class Refused(Exception):
    """The door cannot do it. The message is one line: the reason, and what to do."""


def personal_folder() -> Path:
    """This user's own place for a checkout that belongs to somebody else (not made here)."""
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return home / f"procurement-portal-{os.getuid()}" / str(ROOT).strip("/").replace("/", "-")


def state_folder() -> Path:
    """The folder for data, keys and logs of this user: `PORTAL_STATE_DIR`, else `var/user-<uid>` of the checkout.

    A checkout that belongs to somebody else is not written to: the folder is then in the user's own state home.
    The folder is not made here.
    """
    chosen = os.environ.get("PORTAL_STATE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    uid = os.getuid()
    inside = ROOT / "var" / f"user-{uid}"
    for parent in (inside, inside.parent, ROOT):
        if parent.exists():
            if os.access(parent, os.W_OK):
                return inside
            break
    return personal_folder() / "state"


def make_folder(path: Path, mode: int = 0o711) -> Path:
    """Make `path` (and its parents) with `mode`; a folder that exists keeps its permissions.

    Raises:
        Refused: the folder cannot be made or written to.
    """
    try:
        if not path.is_dir():
            path.mkdir(parents=True)
            path.chmod(mode)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "not writable")
    except OSError as problem:
        raise Refused(
            f"Cannot write to {path} ({problem.strerror}): set PORTAL_STATE_DIR to a folder of your own and try again."
        ) from problem
    return path


def require_space(
    path: Path,
    needed: int,
    purpose: str,
    advice: str = "Free some space, or set PORTAL_STATE_DIR to a folder on a larger disk.",
) -> None:
    """Refuse when the file system of `path` has fewer than `needed` bytes free."""
    existing = next(p for p in (path, *path.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise Refused(
            f"Not enough disk space for {purpose}: {existing} has {free // 1024**2} MB free and {needed // 1024**2} MB "
            f"are needed. {advice}"
        )


def free_port() -> int:
    """A TCP port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether this process may listen on `port` of the loopback interface, IPv4 and (where there is one) IPv6."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as problem:
            if family == socket.AF_INET or problem.errno == errno.EADDRINUSE:
                return False
    return True


def web_port() -> int:
    """The port of the one address: `PORT`, else 8000.

    Raises:
        Refused: not a port, or taken by another program.
    """
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdigit() or not 0 < int(asked) < 65536:
        raise Refused(f"PORT is “{asked}”, which is not a port: choose a number from 1024 to 65535.")
    port = int(asked)
    if not port_is_free(port):
        raise Refused(
            f"Port {port} is taken by another program: stop that one, or choose another with "
            f"`PORT={free_port()} python3 manage.py up`."
        )
    return port


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` so that only this user can read it, all of it or nothing."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)


def kept_secret(path: Path) -> str:
    """The secret in `path`, made at first use and kept for this user alone."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text()


def read_record(state: Path) -> dict[str, Any]:
    """What the running servers wrote about themselves: process, environment, address. Empty when none runs."""
    try:
        return dict(json.loads((state / "servers.json").read_text()))
    except (OSError, ValueError):
        return {}


def write_record(state: Path, **facts: Any) -> None:
    """Record the running servers for other commands (readable by this user alone)."""
    write_private(state / "servers.json", json.dumps(facts, indent=1))


def drop_record(state: Path) -> None:
    """Forget the running servers."""
    (state / "servers.json").unlink(missing_ok=True)


def try_lock(path: Path, *, shared: bool = False, wait: float = 0.0) -> IO[str] | None:
    """Take the lock file `path`; None when another process holds it after `wait` seconds.

    The lock ends when the returned file is closed or the process dies; it is never inherited by a started program.
    """
    file = path.open("a")
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() >= until:
                file.close()
                return None
            time.sleep(0.1)


@contextlib.contextmanager
def only_one(path: Path, refusal: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock `path`; raises Refused with `refusal` when another process holds it."""
    lock = try_lock(path, wait=wait)
    if lock is None:
        raise Refused(refusal)
    try:
        yield
    finally:
        lock.close()


def tail(path: Path, lines: int = 50) -> str:
    """The last lines of a log, for a person to read; empty when there is none."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
