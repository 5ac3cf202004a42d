"""Files stay small enough to read: 400 lines of source, 500 of tests. The list of exceptions only shrinks."""

from __future__ import annotations

from tests.house.source import name, sources

LIMITS = {False: 400, True: 500}
EXCEPTIONS: dict[str, int] = {}


def _too_long(limits: dict[bool, int] = LIMITS) -> dict[str, int]:
    found = {}
    for tests in (False, True):
        for path in sources(tests=tests):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > limits[tests]:
                found[name(path)] = lines
    return found


def test_no_file_is_longer_than_its_limit() -> None:
    found = _too_long()
    assert {path: lines for path, lines in found.items() if lines > EXCEPTIONS.get(path, 0)} == {}


def test_the_exceptions_only_shrink() -> None:
    found = _too_long()
    assert sorted(set(EXCEPTIONS) - set(found)) == [], "these are short enough now: take them off the list"


def test_the_measure_sees_a_long_file() -> None:
    assert "tests/cast.py" in _too_long({False: 400, True: 50})
