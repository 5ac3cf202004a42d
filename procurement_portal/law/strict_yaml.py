"""YAML as law needs it: nothing guessed, nothing dropped.

Differences from ordinary YAML, each because an ordinary loader has once turned a law into something else:

* a key given twice in one mapping is an error, not "the last one wins";
* only `true` and `false` are booleans; `yes`, `no`, `on`, `off`, `y`, `n` are text, also as keys;
* `2019-06-12` is a date; an impossible one (2025-02-30) stays text, so that a rule can refuse it by name; times stay text;
* a number with a decimal point is the decimal its shortest text shows, never a binary fraction. In law files it is refused:
  there every decimal is written in quotes, as it is printed in the text;
* a number with a leading zero (06060, 007) is text, as is anything with colons.
"""

import re
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

import yaml

from procurement_portal.law.errors import LawFileFault

# The C scanner is seven times faster; both build the same nodes.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAG = "tag:yaml.org,2002:"


class _StrictLoader(_Base):  # type: ignore[misc]
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, object]:
        seen: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == f"{_TAG}merge":
                continue
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key_node.start_mark)
            if key in seen:
                message = f"the key {key!r} is given twice (lines {seen[key]} and {line})"
                raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
            seen[key] = line
        mapping: dict[Hashable, object] = super().construct_mapping(node, deep=deep)
        return mapping


class _DecimalRefused(_StrictLoader):
    """For law files."""


def _boolean(loader: Any, node: Any) -> object:
    return {"true": True, "false": False}.get(node.value, node.value)


def _decimal(loader: Any, node: Any) -> Decimal:
    text = node.value.replace("_", "").lower()
    if text.endswith(".inf"):
        return Decimal("-Infinity" if text.startswith("-") else "Infinity")
    if text == ".nan":
        return Decimal("NaN")
    return Decimal(text)


def _refuse_decimal(loader: Any, node: Any) -> Decimal:
    message = f'{node.value} is a bare decimal; write it in quotes, "{node.value}", exactly as the text prints it'
    raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)


def _day(loader: Any, node: Any) -> object:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        return node.value


for _name, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?(?:0|[1-9][0-9_]*)$", "-+0123456789"),
    (
        "float",
        r"^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]{1,4})?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$",
        "-+0123456789.",
    ),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
    ("merge", r"^<<$", "<"),
):
    _StrictLoader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(_pattern), list(_first))
_StrictLoader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_StrictLoader.add_constructor(f"{_TAG}bool", _boolean)
_StrictLoader.add_constructor(f"{_TAG}float", _decimal)
_StrictLoader.add_constructor(f"{_TAG}timestamp", _day)
_DecimalRefused.add_constructor(f"{_TAG}float", _refuse_decimal)


def read_yaml(path: Path, *, decimals: Literal["exact", "refused"]) -> object:
    """Read one YAML document.

    In: a file, and what a bare decimal means there (`exact` in case files, `refused` in law files). Out: mappings, lists,
    text, `int`, `Decimal`, `date`, `bool`, `None`. Raises `LawFileFault` with the line and the reason in words.
    """
    loader: Any = _StrictLoader if decimals == "exact" else _DecimalRefused
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise LawFileFault(path, "is not UTF-8 text") from error
    except OSError as error:
        raise LawFileFault(path, f"cannot be read: {error.strerror}") from error
    try:
        return yaml.load(text, Loader=loader)  # nosec B506  a subclass of the safe loader: builds plain values only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise LawFileFault(path, f"{where}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError, ArithmeticError) as error:
        raise LawFileFault(path, f"is not readable as YAML: {error}") from error


def iso_day(text: str) -> date | None:
    """The day an ISO text (YYYY-MM-DD) names, or None if it names none."""
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
