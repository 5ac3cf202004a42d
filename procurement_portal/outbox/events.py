"""What the outbox announces."""

from __future__ import annotations

from dataclasses import dataclass

from procurement_portal.events import Event


@dataclass(frozen=True, kw_only=True)
class IntentGivenUp(Event):
    """An intent failed at every attempt; a person has to look. Published once, with the mark."""

    intent_id: int
    task: str
    arguments: dict[str, object]
    error: str
