"""Child processes that never outlive the one that started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1

_prctl: Any = None
if sys.platform.startswith("linux"):
    with contextlib.suppress(OSError, AttributeError):
        _prctl = ctypes.CDLL(None).prctl


def _die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec: ask the kernel for `how` when its parent dies, even by SIGKILL.

    It runs after the change of user, which would clear it.
    """
    parent = os.getpid()

    def ask() -> None:
        if _prctl is not None:
            _prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
            if os.getppid() != parent:  # it died before we could ask
                os._exit(1)

    return ask


class Child:
    """One started program with its log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str],
        stop_with: signal.Signals = signal.SIGTERM,
        input_text: str | None = None,
        cwd: Path | str | None = None,
        **identity: Any,
    ) -> None:
        """Start `command`; `identity` is Popen's user, group and extra_groups.

        Args:
            log: file that gets both outputs, appended.
            stop_with: the signal that asks this program to end well (and that it gets when we die).
            input_text: given on standard input, so that secrets are on no command line.
        """
        self.name, self.log, self.stop_with = name, log, stop_with
        self._command, self._env, self._cwd = list(command), dict(env), cwd
        self._input, self._identity = input_text, identity
        self.process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE if self._input is not None else subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
                preexec_fn=_die_with_parent(self.stop_with),
                **self._identity,
            )
        if self._input is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(self._input.encode())
                process.stdin.close()
        return process

    def restart(self) -> None:
        """Start the same program again, with the same ports and data, after it ended (it is stopped if it runs)."""
        self.stop()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # what the dead one left behind
        self.process = self._spawn()

    @property
    def ended(self) -> int | None:
        """Exit status, or None while it runs."""
        return self.process.poll()

    def ask_to_stop(self) -> None:
        """Send the polite signal; does not wait."""
        if self.ended is None:
            self.process.send_signal(self.stop_with)

    def stop(self, patience: float = 10.0) -> None:
        """End the program and whatever it started, within `patience` seconds and a moment."""
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
