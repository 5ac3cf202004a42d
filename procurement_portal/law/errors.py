"""What the law room refuses, in words a lawyer can read.

Two refusals are answers of a rule and carry a code that cases may expect: `invalid_input` and `not_in_force`. The others
say that the law's own files, or the question asked of them, are faulty.
"""

from datetime import date
from typing import NamedTuple


class LawError(Exception):
    """Base of every refusal of this room. `code` is what a case file and the API call it."""

    code = "law_error"


class Problem(NamedTuple):
    """One thing wrong with what was given: the field's path, what was given there, and what is allowed (plain words)."""

    field: str
    given: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.field}: given {self.given}; allowed: {self.allowed}"


class InvalidInput(LawError):
    """A missing, unknown or impossible field. `problems` names each one; the message lists them all."""

    code = "invalid_input"

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


class NotInForce(LawError):
    """A day outside the dated values of a parameter. Never answered with a neighboring value, never with zero."""

    code = "not_in_force"

    def __init__(self, parameter: str, on: date, first_day: date | None, last_day: date | None) -> None:
        self.parameter, self.on, self.first_day, self.last_day = (
            parameter,
            on,
            first_day,
            last_day,
        )
        if first_day is not None and on < first_day:
            reason = f"its first day is {first_day.isoformat()}"
        else:
            reason = f"its last day was {last_day.isoformat() if last_day else 'never set'}"
        super().__init__(f"{parameter} has no value in force on {on.isoformat()}: {reason}")


class LawFileFault(LawError):
    """A law, reading, calendar or case file that cannot be trusted. `path` is the file, `faults` each reason."""

    code = "law_file"

    def __init__(self, path: object, *faults: str) -> None:
        self.path, self.faults = str(path), faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))


class UnknownRule(LawError):
    """No rule carries this id."""

    code = "unknown_rule"

    def __init__(self, rule: object, reason: str = "no rule carries this id") -> None:
        super().__init__(f"{rule}: {reason}")


class UnknownReading(LawError):
    """A reading's key or value that is not registered."""

    code = "unknown_reading"
