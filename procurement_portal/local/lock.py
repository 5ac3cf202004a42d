"""A part of requirements.lock: `python -m procurement_portal.local.lock [EXTRA…]` prints the runtime's lines and those of
the named extras, with their hashes. The image installs from it: no test runner and no embedded database in production."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from procurement_portal.local import environment


def part(extras: Iterable[str]) -> str:
    """The lines of the lock that the runtime and `extras` need, directly or through other packages.

    Who needs a package is what the lock itself says (“# via …”). A line too few would fail the installation, since pip
    accepts nothing without a hash.
    """
    blocks: dict[str, str] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", environment.LOCK.read_text()):
        match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", block)
        if match:
            blocks[environment.plain(match.group(1))] = block.rstrip() + "\n"
    wanted = environment.declared(extras) & blocks.keys()
    needed_by = {name: {environment.plain(word) for word in _via(block)} for name, block in blocks.items()}
    while more := {name for name, parents in needed_by.items() if parents & wanted} - wanted:
        wanted |= more
    return "".join(blocks[name] for name in blocks if name in wanted)


def _via(block: str) -> list[str]:
    """The packages that a block of the lock names as the reason for it."""
    _, _, reasons = block.partition("# via")
    return re.findall(r"([A-Za-z0-9._-]+)", re.sub(r"\(.*?\)", "", reasons))


if __name__ == "__main__":
    sys.stdout.write(part(sys.argv[1:]))
