"""Typed, frozen events: what one room announces and `handoffs.py` answers, in the same transaction and in listed order.

No Django signals: a reader of `handoffs.py` sees everything an event makes happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses that carry ids and plain values, never model instances."""


Handler = Callable[[Any], None]
_handlers: dict[type[Event], tuple[Handler, ...]] = {}


def register(handoffs: dict[type[Event], tuple[Handler, ...]]) -> None:
    """Take the whole table of handoffs, once, at start-up. Raises ValueError if it was taken already."""
    if _handlers:
        raise ValueError("handoffs are registered once")
    _handlers.update(handoffs)


def publish(event: Event) -> None:
    """Call every handler of this event's type, in listed order, in the caller's transaction.

    A handler that raises undoes the whole act: an event is part of what happened, not news about it.
    """
    for handler in _handlers.get(type(event), ()):
        handler(event)
