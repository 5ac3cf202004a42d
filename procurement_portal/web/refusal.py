"""The three ways an act can end without being done. Messages are written for the person who reads them."""

from __future__ import annotations


class Refused(Exception):
    """You may see this but not do it now. Carries the reason in words and, where there is one, the rule."""

    def __init__(self, reason: str, law: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.law = law


class Invalid(Exception):
    """What was given cannot be taken. `problems` maps a field's name ("" for the whole form) to messages."""

    def __init__(self, problems: dict[str, list[str]] | str) -> None:
        self.problems: dict[str, list[str]] = {"": [problems]} if isinstance(problems, str) else problems
        super().__init__("; ".join(m for messages in self.problems.values() for m in messages))


class Conflict(Exception):
    """Somebody else was first. Carries the message and what stands now, so that nothing is overwritten in silence."""

    def __init__(self, message: str, current: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.current = current
