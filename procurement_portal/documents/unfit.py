"""Why a file cannot be taken, in words for the person who chose it."""

from __future__ import annotations


class Unfit(Exception):
    """The file is refused. `message` says what is wrong and what to do; it never quotes the file's content."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
