"""What `Question.options` may hold, by kind of answer, as JSON schemas; read by the editor and by whoever takes answers."""

from __future__ import annotations

from typing import Any

from solicitations.states import QuestionKind

_KEY = {"type": "string", "pattern": "^[a-z0-9_]{1,40}$"}
_WORDS = {"type": "string", "minLength": 1, "maxLength": 300}
_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


FILE_KINDS = ("pdf", "word", "spreadsheet", "image")
COLUMN_KINDS = ("text", "number", "money", "date")

SCHEMAS: dict[QuestionKind, dict[str, Any]] = {
    QuestionKind.TEXT: _object(),
    # Limits as decimal text, both inclusive; `unit` is shown after the field.
    QuestionKind.NUMBER: _object(unit={"type": "string", "maxLength": 40}, least=_DECIMAL, most=_DECIMAL,
                                 whole={"type": "boolean"}),
    QuestionKind.CHOICE: _object(
        ("choices",),
        choices={"type": "array", "minItems": 2, "maxItems": 60,
                 "items": _object(("value", "label"), value=_KEY, label=_WORDS)},
        several={"type": "boolean"},
    ),
    # Fixed `rows` (labels), or none: the proposer adds up to `most_rows`.
    QuestionKind.TABLE: _object(
        ("columns",),
        columns={"type": "array", "minItems": 1, "maxItems": 12,
                 "items": _object(("key", "label", "kind"), key=_KEY, label=_WORDS, kind={"enum": list(COLUMN_KINDS)})},
        rows={"type": "array", "maxItems": 60, "items": _WORDS},
        most_rows={"type": "integer", "minimum": 1, "maximum": 200},
    ),
    QuestionKind.FILE: _object(
        ("kinds", "most_files", "most_megabytes"),
        kinds={"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(FILE_KINDS)}},
        most_files={"type": "integer", "minimum": 1, "maximum": 20},
        most_megabytes={"type": "integer", "minimum": 1, "maximum": 25},
    ),
    # Lines the proposer fills with an amount and its explanation; "other" lines may be added up to `extra_lines`.
    QuestionKind.BUDGET: _object(
        ("lines",),
        lines={"type": "array", "minItems": 1, "maxItems": 60,
               "items": _object(("key", "label"), key=_KEY, label=_WORDS)},
        extra_lines={"type": "integer", "minimum": 0, "maximum": 40},
        match_column={"type": "boolean"},  # a second column for the organization's own share
        within_largest_award={"type": "boolean"},  # the total may not pass the solicitation's largest award
    ),
}  # fmt: skip
