"""`.venv` from requirements.lock, with nothing but the standard library; then the same command again inside it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from procurement_portal.local import ground
from procurement_portal.local.ground import ROOT, Refused

LOCK = ROOT / "requirements.lock"
SPACE = "Free some space, or move the checkout to a larger disk."
ALL_EXTRAS = ("embedded", "build", "dev")


def _stamp_text(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_ready(venv: Path) -> bool:
    """Whether this user can run the Python of `venv`, and it has the locked packages."""
    stamp = venv / f".{LOCK.stem}.sha256"
    if not os.access(venv / "bin" / "python", os.X_OK) or not os.access(stamp, os.R_OK):
        return False
    return stamp.read_text() == _stamp_text(LOCK)


def _choose_venv() -> Path:
    """`.venv` of the checkout; a folder of this user's own where that one is somebody else's and of no use."""
    common = ROOT / ".venv"
    if os.access(common if common.exists() else ROOT, os.W_OK) or _is_ready(common):
        return common
    return ground.personal_folder() / "venv"


VENV = _choose_venv()
VENV_PYTHON = VENV / "bin" / "python"


def say(line: str) -> None:
    """A line of progress, on the error output: a command's own output stays clean."""
    print(line, file=sys.stderr, flush=True)


def locked_versions() -> dict[str, str]:
    """Name → version of every package of the lock that every platform installs."""
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(;)?", LOCK.read_text(), re.MULTILINE)
    return {plain(name): version for name, version, marked in found if not marked}


def plain(name: str) -> str:
    """A package name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(extras: Iterable[str]) -> set[str]:
    """The names that pyproject.toml asks for: the runtime's, and those of `extras`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = list(project["dependencies"])
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    return {plain(re.split(r"[\[<>=!~;\s]", line, maxsplit=1)[0]) for line in asked}


def already_installed(extras: Iterable[str]) -> bool:
    """Whether the running interpreter (an image, an active environment) has the declared packages as locked."""
    locked = locked_versions()
    try:
        return all(metadata.version(name) == locked[name] for name in declared(extras) if name in locked)
    except metadata.PackageNotFoundError:
        return False


def inside() -> bool:
    """Whether this interpreter is the one of `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def ensure(extras: Iterable[str]) -> None:
    """Return only in an interpreter that has the locked packages; else make or renew `.venv` and start again in it.

    Raises:
        Refused: no way to make it; the one package to install, the missing space or the failed download is named.
    """
    if inside() and _is_ready(VENV):
        return
    if not inside() and already_installed(extras):
        return
    if not _is_ready(VENV):
        with (ROOT / "manage.py").open() as door:  # one process at a time makes it; the others wait and find it made
            fcntl.flock(door, fcntl.LOCK_EX)
            if not _is_ready(VENV):
                _install()
    _again_inside()


def _again_inside() -> NoReturn:
    sys.stdout.flush()
    # The same command in the environment just made.
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), str(ROOT / "manage.py"), *sys.argv[1:]])  # nosec B606


def _install() -> None:
    try:
        VENV.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Refused(
            f"The environment can be made neither in {ROOT} nor in {VENV.parent} ({problem.strerror}): "
            "use a checkout of your own."
        ) from problem
    works = (
        os.access(VENV_PYTHON, os.X_OK) and subprocess.run([VENV_PYTHON, "-c", ""], capture_output=True).returncode == 0
    )
    if not works:
        ground.require_space(VENV, ground.ENVIRONMENT_BYTES, f"the Python environment {VENV}", SPACE)
        say(f"Making the Python environment in {VENV} …")
        _make_venv()
    say("Installing the locked packages (the first time takes a minute) …")
    _pip_install()


def _runs(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _pip() -> list[str]:
    """The pip that installs into `.venv`: its own, else the running interpreter's (22.3 or later)."""
    if _runs(VENV_PYTHON, "-m", "pip", "--version"):
        return [str(VENV_PYTHON), "-m", "pip"]
    if _runs(sys.executable, "-m", "pip", "--python", VENV_PYTHON, "--version"):
        return [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    return []


def _make_venv() -> None:
    if find_spec("venv") is None or (
        find_spec("ensurepip") is None and not _runs(sys.executable, "-m", "pip", "--version")
    ):
        _get_ensurepip()
    shutil.rmtree(VENV, ignore_errors=True)
    base = [sys.executable, "-m", "venv"]
    made = subprocess.run([*base, str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0 or not _pip():  # no ensurepip, or a broken one: the running interpreter's pip will do
        shutil.rmtree(VENV, ignore_errors=True)
        bare = subprocess.run([*base, "--without-pip", str(VENV)], capture_output=True, text=True, check=False)
        if bare.returncode != 0:
            reason = (bare.stderr or made.stderr or made.stdout).strip().splitlines() or ["no message"]
            raise Refused(f"Python could not make {VENV}: {reason[-1]}")
    if not _pip():
        shutil.rmtree(VENV, ignore_errors=True)
        _get_ensurepip()
        _make_venv()


_asked_for_package = False


def _get_ensurepip() -> None:
    """Install Debian's package as root; else name it."""
    global _asked_for_package
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    apt = shutil.which("apt-get")
    of_debian = apt is not None and Path(sys.executable).resolve().parent == Path("/usr/bin")
    if of_debian and os.geteuid() == 0 and not _asked_for_package:
        _asked_for_package = True
        if apt_install(package):
            return
    if of_debian:
        raise Refused(f"This Python has neither ensurepip nor pip: run `sudo apt-get install {package}` and try again.")
    raise Refused(
        f"This Python ({sys.executable}) has neither ensurepip nor pip: install pip for it, or use another Python."
    )


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root; whether it worked. What apt says goes to the error output."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    say(f"Installing {' '.join(packages)} with apt-get …")
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    command = [apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    for steps in ([command], [[apt, "update", "-q"], command]):
        if all(subprocess.run(step, env=env, stdout=sys.stderr, check=False).returncode == 0 for step in steps):
            return True
    return False


def _pip_install() -> None:
    """Install every package of the lock, by hash and as wheels only, into `.venv`, and stamp it.

    Raises:
        Refused: pip failed; its own words are above the line.
    """
    pip = _pip()
    if not pip:
        raise Refused(f"{VENV} has no pip: remove the folder and try again.")
    quiet = ["-qq", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:", "--require-hashes"]
    environment = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET")
    }
    done = subprocess.run([*pip, "install", *quiet, "-r", str(LOCK)], env=environment, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        ground.require_space(VENV, 100 * 1024**2, "the locked packages", SPACE)
        raise Refused(
            "The locked packages could not be installed (pip's reason is above): check the network and try again."
        )
    if pip[0] == sys.executable and not _runs(VENV_PYTHON, "-m", "pip", "--version"):
        # Made without ensurepip: the asset builder may need a pip of the environment's own (for Node, where npm is missing).
        subprocess.run([*pip, "install", *quiet[:3], "pip"], env=environment, stdout=sys.stderr, check=False)
    (VENV / f".{LOCK.stem}.sha256").write_text(_stamp_text(LOCK))


def child_environment() -> dict[str, str]:
    """The environment for programs that we start: the interpreter's own folder first in PATH."""
    bin_folder = str(Path(sys.executable).parent)
    return dict(os.environ, PATH=bin_folder + os.pathsep + os.environ.get("PATH", os.defpath))


def ensure_assets() -> None:
    """Build the style sheets, scripts and fonts where they are not fresh (the builder keeps its own stamp).

    Raises:
        Refused: the builder failed; its own words are above the line.
    """
    builder = [sys.executable, "-m", "procurement_portal.web.assets"]
    done = subprocess.run(builder, cwd=ROOT, env=child_environment(), stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise Refused(
            "The style sheets could not be built (the reason is above): correct it and run `python3 manage.py setup`."
        )
