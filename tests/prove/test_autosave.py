"""Browser, web, worker, Redis and PostgreSQL are killed at random while somebody types: no acknowledged save is lost (G7).

The servers are real ones with `fsync` on, over a folder of their own. In `test` a small fixed sample; `manage.py prove
autosave` kills 200 times. The seed is printed; `PORTAL_PROVE_SEED` repeats a run.
"""

from __future__ import annotations

import contextlib
import html
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Error, Page, Response, sync_playwright

from procurement_portal.local import ground, servers
from procurement_portal.local.processes import Child

FULL = os.environ.get("PORTAL_PROVE") == "full"
KILLS = 200 if FULL else 6
SEED = int(os.environ.get("PORTAL_PROVE_SEED", "20261122"))
ROOT = Path(__file__).resolve().parents[2]
VICTIMS = ("browser", "web", "worker", "redis", "postgres")


class Stack:
    """The portal as `up` runs it, each part of which can be killed and started again."""

    def __init__(self, folder: Path, chromium: str) -> None:
        self.folder, self.chromium = folder, chromium
        self.servers = servers.Servers(folder / "state")
        urls = self.servers.start()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))}, **urls,
            "PORTAL_MODE": "demo", "PORTAL_STATE_DIR": str(folder / "state"), "PORTAL_LOG_LEVEL": "WARNING",
            "SECRET_KEY": ground.kept_secret(folder / "state" / "secret-key"), "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self._run("manage.py", "migrate", "-v", "0")
        told = self._run("-m", "tests.prove.autosave_ground")
        self.ground: dict[str, str] = json.loads(told.rpartition("GROUND ")[2])
        self.address = f"http://127.0.0.1:{ground.free_port()}"
        port = self.address.rpartition(":")[2]
        web = ["-m", "gunicorn", "procurement_portal.wsgi:application", "-k", "gthread", "-w", "2", "--threads", "2",
               "-b", f"127.0.0.1:{port}", "--no-control-socket"]  # fmt: skip
        worker = [
            "-m",
            "celery",
            "-A",
            "procurement_portal",
            "worker",
            "-c",
            "1",
            "--without-gossip",
            "--without-mingle",
        ]
        self.parts = {
            "postgres": next(c for c in self.servers.children if c.name == "PostgreSQL"),
            "redis": next(c for c in self.servers.children if c.name == "Redis"),
            "web": Child("web", [sys.executable, *web], log=folder / "web.log", env=self.env, cwd=ROOT),
            "worker": Child("worker", [sys.executable, *worker], log=folder / "worker.log", env=self.env, cwd=ROOT),
        }
        self.browser: subprocess.Popen[bytes] | None = None
        self.wait()

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def kill(self, victim: str) -> None:
        """Kill -9 one part with all its processes, and start it again where it is a server."""
        if victim == "browser":
            self.end_browser()
            return
        part = self.parts[victim]
        _kill_group(part.process)
        part.restart()

    def wait(self) -> None:
        """Until the portal answers again."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for name, part in self.parts.items():
                if part.ended is not None:
                    raise AssertionError(f"{name} ended: {ground.tail(part.log)}")
            with contextlib.suppress(OSError, AssertionError):
                self.read()
                return
            time.sleep(0.2)
        raise AssertionError(ground.tail(self.folder / "web.log"))

    def read(self) -> tuple[int, str]:
        """(version, text) as the server has them now."""
        request = urllib.request.Request(self.address + self.ground["path"])
        request.add_header("Cookie", f"portal_session={self.ground['session']}")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            page = answer.read().decode()
        name = re.escape(self.ground["name"])
        version = re.search(rf'data-field="{name}" data-version="(\d+)"', page)
        text = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.S)
        assert version and text, page[:500]
        return int(version[1]), html.unescape(text[1]).strip()

    def start_browser(self) -> str:
        """A fresh browser process over the same profile; returns where to drive it."""
        port = ground.free_port()
        self.browser = subprocess.Popen(
            [self.chromium, "--headless=new", "--no-sandbox", f"--remote-debugging-port={port}",
             f"--user-data-dir={self.folder / 'profile'}", "--no-first-run", "--disable-gpu", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        return f"http://127.0.0.1:{port}"

    def end_browser(self) -> None:
        if self.browser is not None:
            _kill_group(self.browser)
            self.browser = None

    def stop(self) -> None:
        self.end_browser()
        for name in ("web", "worker"):
            _kill_group(self.parts[name].process)
        self.servers.stop()
        self.servers.discard()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def stack(tmp_path: Path, chromium_path: str) -> Iterator[Stack]:
    tmp_path.chmod(0o711)
    made = Stack(tmp_path, chromium_path)
    try:
        yield made
    finally:
        made.stop()


class Typist:
    """Somebody at the page: types, and remembers every save the portal acknowledged."""

    def __init__(self, stack: Stack, driver: Any) -> None:
        self.stack, self.driver = stack, driver
        self.acknowledged: tuple[int, str] = (0, "")
        self.saves = 0
        self.page: Page | None = None

    def sit_down(self) -> None:
        """Open the page in a running browser, or in a fresh one."""
        if self.stack.browser is None:
            where, until = self.stack.start_browser(), time.monotonic() + 30
            while True:
                try:
                    browser = self.driver.chromium.connect_over_cdp(where)
                    break
                except Error:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.2)
            context = browser.contexts[0]
            context.add_cookies(
                [{"name": "portal_session", "value": self.stack.ground["session"], "url": self.stack.address}]
            )
            self.page = context.pages[0] if context.pages else context.new_page()
            self.page.on("response", self._heard)
            self.page.set_default_timeout(8_000)
        assert self.page is not None
        self.page.goto(self.stack.address + self.stack.ground["path"], timeout=60_000)

    def _heard(self, response: Response) -> None:
        if response.url.endswith(self.stack.ground["save"]) and response.status == 200:
            sent = parse_qs(response.request.post_data or "", keep_blank_values=True)
            text = sent[self.stack.ground["name"]][0].strip()
            with contextlib.suppress(
                Error
            ):  # the browser may be killed before it hands the body over: not acknowledged
                version = int(json.loads(response.text())["version"])
                if version >= self.acknowledged[0]:
                    self.acknowledged = (version, text)
                self.saves += 1

    def keep_own(self) -> None:
        """A save whose acknowledgment was lost comes back as a conflict with oneself: save what one wrote."""
        assert self.page is not None
        for button in self.page.locator(".p-conflict button").all()[:1]:
            button.click()

    def type(self, text: str, dice: random.Random) -> None:
        """Write letter by letter for a while, longer than the pause after which the field saves itself."""
        assert self.page is not None
        field = f"textarea[name='{self.stack.ground['name']}']"
        self.keep_own()
        self.page.locator(field).fill(text[: len(text) // 2])
        self.page.locator(field).press_sequentially(text[len(text) // 2 :], delay=dice.randint(5, 40))
        self.page.wait_for_timeout(dice.randint(0, 1500))


def test_no_acknowledged_save_is_lost_whatever_is_killed_while_typing(stack: Stack) -> None:
    dice, blows = random.Random(SEED), Counter[str]()
    order = [VICTIMS[n % len(VICTIMS)] for n in range(KILLS)]
    dice.shuffle(order)
    with sync_playwright() as driver:
        typist = Typist(stack, driver)
        typist.sit_down()
        for number, victim in enumerate(order):
            began = time.monotonic()
            with contextlib.suppress(Error):
                typist.type(f"Round {number}: " + "".join(dice.choices("abcdefgh ", k=30)) + f" end {number}", dice)
            known = typist.acknowledged
            stack.kill(victim)
            blows[victim] += 1
            stack.wait()
            version, text = stack.read()
            assert version >= known[0], (number, victim, known, version)
            if version == known[0] and version:
                assert text == known[1], (number, victim, known, text)
            typist.sit_down()
            print(f"{number + 1}/{KILLS} {victim}: {time.monotonic() - began:.1f} s, version {version}")
        typist.type("The last words, which must arrive.", dice)
        until = time.monotonic() + 30
        while typist.acknowledged[1] != "The last words, which must arrive." and time.monotonic() < until:
            assert typist.page is not None
            typist.keep_own()  # the save before these words may have arrived without its acknowledgment
            typist.page.wait_for_timeout(200)
        assert stack.read() == typist.acknowledged
    print(f"seed {SEED}: {sum(blows.values())} kills ({dict(blows)}), {typist.saves} acknowledged saves, 0 lost")
    assert typist.saves >= KILLS // 2, "too few saves were acknowledged for this to prove anything"
