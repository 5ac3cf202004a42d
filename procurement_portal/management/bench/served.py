"""The portal's web server for a bench: gunicorn as the supervisor starts it, with the bench's settings."""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path

from django.conf import settings

from procurement_portal.local import environment, ground
from procurement_portal.local.processes import Child

START_SECONDS = 60


class Served:
    """gunicorn on a free loopback port, in a `with`; `port` is where it answers."""

    def __init__(self, database_url: str) -> None:
        self.logs, self.database_url = ground.make_folder(Path(settings.STATE_DIR) / "logs", 0o700), database_url
        self.port = ground.free_port()

    def __enter__(self) -> Served:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:procurement_portal.serving"]
        command += ["procurement_portal.wsgi:application", "-b", f"127.0.0.1:{self.port}", "--graceful-timeout", "5"]
        env = environment.child_environment() | {
            "DJANGO_SETTINGS_MODULE": "procurement_portal.management.bench.settings",
            "DATABASE_URL": self.database_url,
            "PORTAL_LOG_LEVEL": os.environ.get("PORTAL_LOG_LEVEL", "INFO"),
        }
        self.child = Child("bench web", command, log=self.logs / "bench-web.log", env=env, cwd=ground.ROOT)
        until = time.monotonic() + START_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                opener.open(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return self
            except OSError:
                if self.child.ended is not None or time.monotonic() > until:
                    self.child.stop(1)
                    raise RuntimeError(
                        f"the bench's web server does not answer:\n{ground.tail(self.child.log)}"
                    ) from None
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self.child.stop(8)

    def workers(self) -> list[int]:
        """Process ids of the workers (Linux)."""
        master = self.child.process.pid
        listed = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [int(pid) for pid in listed]

    def memory(self) -> list[float]:
        """Proportional set size of each worker in MB (Linux): what it holds, shared pages divided among their holders."""
        found = []
        for pid in self.workers():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found.append(int(line.split()[1]) / 1024)
        return found
