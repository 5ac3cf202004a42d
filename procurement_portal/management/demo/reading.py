"""Reads the demo's stories: plain YAML beside this file, written for this portal."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

STORIES = Path(__file__).with_name("stories")


class _Words(yaml.SafeLoader):
    """YAML in which "yes", "no" and "on" are words; only true and false are truth values."""


_Words.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


@cache
def story(name: str) -> dict[str, Any]:
    """One file of `stories/` by its stem. Raises FileNotFoundError."""
    return yaml.load((STORIES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=_Words)  # nosec B506


def notices() -> dict[str, dict[str, Any]]:
    """Every solicitation's story by its word, sorted."""
    return {path.stem.removeprefix("notice_"): story(path.stem) for path in sorted(STORIES.glob("notice_*.yaml"))}
