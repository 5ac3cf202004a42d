"""The law book: every parameter and every open question, read once, with the hash of its content."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from procurement_portal.law.errors import (
    InvalidInput,
    LawFileFault,
    Problem,
    UnknownReading,
)
from procurement_portal.law.parameters import Parameter, read_parameters
from procurement_portal.law.readings import Choice, Question, read_questions

# The apps that own rules, and the package their rules and law files stand in.
ROOT = Path(__file__).resolve().parents[2]
RULE_PACKAGES: Mapping[str, str] = {
    "law": "procurement_portal.law",
    "certification": "certification",
    "solicitations": "solicitations",
    "payments": "payments",
    "compliance": "compliance",
}


@dataclass(frozen=True)
class Book:
    """Parameters and questions by name. `digest` changes when any value, date, citation or reading changes."""

    parameters: Mapping[str, Parameter]
    questions: Mapping[str, Question]
    digest: str

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises `InvalidInput` for an unknown one."""
        if name not in self.parameters:
            raise InvalidInput(
                Problem(
                    "parameter",
                    f'"{name}"',
                    "the name of a parameter in the law register",
                )
            )
        return self.parameters[name]

    def question(self, key: str) -> Question:
        """The open question of that key. Raises `UnknownReading`."""
        if key not in self.questions:
            raise UnknownReading(f"{key}: no reading carries this key")
        return self.questions[key]

    def chosen(self, readings: Mapping[str, object]) -> dict[str, Choice]:
        """The choices, each checked against its question. Raises `UnknownReading` for an unknown key or value."""
        return {str(key): self.question(str(key)).choice(value) for key, value in readings.items()}


def parameter_files(root: Path = ROOT) -> list[Path]:
    """`procurement_portal/law/shared/*.yaml` and `<app>/law/*.yaml`, in order."""
    shared = sorted((root / "procurement_portal" / "law" / "shared").glob("*.yaml"))
    apps = [app for app in RULE_PACKAGES if app != "law"]
    return shared + [path for app in apps for path in sorted((root / app / "law").glob("*.yaml"))]


def question_files(root: Path = ROOT) -> list[Path]:
    """`procurement_portal/law/questions/*.yaml`, in order."""
    return sorted((root / "procurement_portal" / "law" / "questions").glob("*.yaml"))


def load_book(parameters: Iterable[Path], questions: Iterable[Path]) -> Book:
    """Read the files into one book. Raises `LawFileFault` for a faulty file or a name stated in two files."""
    found: dict[str, Parameter] = {}
    asked: dict[str, Question] = {}
    for path in parameters:
        for name, parameter in read_parameters(path).items():
            if name in found:
                raise LawFileFault(path, f"{name}: is already stated in another file")
            found[name] = parameter
    for path in questions:
        for key, question in read_questions(path).items():
            if key in asked:
                raise LawFileFault(path, f"{key}: is already asked in another file")
            asked[key] = question
    content = {
        "parameters": [_stated(found[name]) for name in sorted(found)],
        "questions": [{**asdict(asked[key]), "choices": list(asked[key].choices.items())} for key in sorted(asked)],
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return Book(found, asked, "sha256:" + hashlib.sha256(text.encode()).hexdigest())


def _stated(parameter: Parameter) -> dict[str, object]:
    values = [
        (
            value.first_day,
            value.last_day,
            _plain(value.value),
            value.citation,
            value.note,
        )
        for value in parameter.values
    ]
    return {
        **{key: getattr(parameter, key) for key in ("name", "title", "unit", "status", "label", "checked_on")},
        "values": values,
    }


def _plain(value: object) -> object:
    return [sorted(band.items()) for band in value] if isinstance(value, tuple) else value


@lru_cache(maxsize=1)
def current_book() -> Book:
    """The book of this portal's own law files, read once per process."""
    return load_book(parameter_files(), question_files())
