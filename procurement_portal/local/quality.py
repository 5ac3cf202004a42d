"""`manage.py quality`: every check that needs no browser, each a named step. A step that could not run is not clean."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from procurement_portal.local import environment, servers
from procurement_portal.local.ground import ROOT, Refused

PYTHON = sys.executable
SOURCES = ("procurement_portal", "certification", "solicitations", "payments", "compliance")
KEPT_LINES = 60
BANDIT_FORMAT = ("-f", "custom", "--msg-template", "{relpath}:{line}: {test_id} {severity}: {msg}")


@dataclass(frozen=True)
class Step:
    """One check: its name, the command, and the file without which it cannot run."""

    name: str
    command: tuple[str, ...]
    needs: str = ""
    env: Callable[[Path], Mapping[str, str]] = field(default=lambda _: {})


def _tool(name: str) -> str:
    """A console program of the environment."""
    return str(Path(PYTHON).parent / name)


def _django(*words: str) -> tuple[str, ...]:
    return (PYTHON, "-m", "django", *words)


def _pytest(*paths: str) -> tuple[str, ...]:
    return (PYTHON, "-m", "pytest", "-p", "tests.plugin", "-q", "--no-browser", *paths)


def production_environment(folder: Path) -> dict[str, str]:
    """What a production machine would set, with throwaway values: for `check --deploy`, which connects to nothing."""
    keys = folder / "vault-keys"
    keys.touch(mode=0o600)
    return {
        "PORTAL_MODE": "production",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "PORTAL_HOSTS": "portal.example.gov",
        "PORTAL_PUBLIC_URL": "https://portal.example.gov",
        "PORTAL_PROXY_COUNT": "1",
        "PORTAL_VAULT_KEYS": str(keys),
        "PORTAL_SCANNER": "clamd://scanner:3310",
        "PORTAL_MAIL_URL": "smtp+tls://portal:secret@mail.example.gov:587",
        "PORTAL_STORAGE_BUCKET": "portal",
    }


# A new check is one line here. `needs` names the file that must exist: without it the step is reported NOT CHECKED.
STEPS = (
    Step("format", (PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    Step("lint", (PYTHON, "-m", "ruff", "check", "--output-format", "concise", ".")),
    Step("types", (PYTHON, "-m", "mypy", *SOURCES)),
    Step("import contracts", (_tool("lint-imports"),)),
    Step(
        "security lint",
        (PYTHON, "-m", "bandit", "-q", "-c", "pyproject.toml", *BANDIT_FORMAT, "-r", *SOURCES, "manage.py"),
    ),
    Step("compose file", (_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
    Step("templates", _django("templates_compile"), "procurement_portal/management/commands/templates_compile.py"),
    Step("migrations", _django("makemigrations", "--check", "--dry-run", "-v", "1")),
    Step(
        "deployment",
        _django("check", "--deploy", "--fail-level", "WARNING"),
        env=production_environment,
    ),
    Step("generated docs", _django("docs", "--check"), "procurement_portal/management/commands/docs.py"),
    Step("pseudo-locale", _pytest("tests/house/test_pseudo_locale.py"), "tests/house/test_pseudo_locale.py"),
    Step("house tests", _pytest("tests/house", "--ignore=tests/house/test_pseudo_locale.py")),
)


def run(rest: list[str]) -> int:
    """Run the steps (or those whose names begin with a given word), print each result and a summary.

    Returns: 0 when every step is clean, 1 otherwise.

    Raises:
        Refused: a word names no step.
    """
    chosen = [step for step in STEPS if not rest or any(step.name.startswith(word) for word in rest)]
    if not chosen:
        raise Refused(f"There is no step “{rest[0]}”. The steps are: {', '.join(step.name for step in STEPS)}.")
    results: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="portal-quality-") as folder, servers.temporary() as given:
        base = environment.child_environment() | given
        base |= {"DJANGO_SETTINGS_MODULE": "procurement_portal.settings", "PORTAL_TEST_SERVERS": str(os.getpid())}
        for step in chosen:
            results[step.name] = _run_step(step, base | dict(step.env(Path(folder))))
    bad = {name: result for name, result in results.items() if result != "ok"}
    for name, result in bad.items():
        print(f"  {name}: {result}")
    print(f"quality: {len(results) - len(bad)} of {len(results)} steps ok" + ("" if bad else ", all clean"), flush=True)
    return 1 if bad else 0


def _run_step(step: Step, env: Mapping[str, str]) -> str:
    began = time.monotonic()
    if step.needs and not (ROOT / step.needs).exists():
        result, output = "NOT CHECKED", f"{step.needs} does not exist"
    else:
        done = subprocess.run(
            step.command,
            cwd=ROOT,
            env=dict(env),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        result, output = ("ok" if done.returncode == 0 else "failed"), done.stdout
    print(f"{step.name:<18} {result:<12} {time.monotonic() - began:5.1f} s", flush=True)
    if result != "ok":
        lines = re.sub(r"\x1b\[[0-9;]*m", "", output).rstrip().splitlines()
        if len(lines) > KEPT_LINES:
            lines = ["…", *lines[-KEPT_LINES:]]
        print("".join(f"    {line}\n" for line in lines), end="", flush=True)
    return result
