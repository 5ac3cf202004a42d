"""The Chromium that browser tests drive: found, installed where that is ours to do, or named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find() -> Path | None:
    """The program: `PORTAL_CHROMIUM`, else the first one in PATH, else macOS's place; None without any."""
    chosen = os.environ.get("PORTAL_CHROMIUM")
    if chosen:
        return Path(chosen) if os.access(chosen, os.X_OK) else None
    for name in PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return MAC if MAC.exists() else None


def missing() -> str:
    """One line: there is no browser, and what to do."""
    how = "`sudo apt-get install chromium`" if shutil.which("apt-get") else "your system's packages"
    chosen = os.environ.get("PORTAL_CHROMIUM")
    if chosen:
        return f"PORTAL_CHROMIUM is {chosen}, which is not a program: correct it, or unset it and use {how}."
    return f"The browser tests need Chromium: install it with {how}, name it in PORTAL_CHROMIUM, or give --no-browser."
