"""The loader guesses nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from procurement_portal.law.errors import LawFileFault
from procurement_portal.law.strict_yaml import iso_day, read_yaml


def read(folder: Path, text: str, decimals: str = "exact") -> object:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, decimals=decimals)  # type: ignore[arg-type]


def test_only_true_and_false_are_booleans(tmp_path: Path) -> None:
    words = read(tmp_path, "[true, false, yes, no, on, off, y, n, Yes, True, FALSE]")
    assert words == [True, False, "yes", "no", "on", "off", "y", "n", "Yes", "True", "FALSE"]


def test_the_words_on_and_no_are_text_as_keys_too(tmp_path: Path) -> None:
    assert read(tmp_path, "{on: 1, no: 2, y: 3}") == {"on": 1, "no": 2, "y": 3}


def test_a_number_is_the_decimal_its_text_shows(tmp_path: Path) -> None:
    numbers = read(tmp_path, "[0.7, 21.1, 2500.00, -3, 1_000, .5, 2.5e+1]")
    assert numbers == [Decimal("0.7"), Decimal("21.1"), Decimal(2500), -3, 1000, Decimal("0.5"), Decimal(25)]
    assert all(type(number) is not type(1 / 2) for number in numbers)  # type: ignore[attr-defined]


def test_not_a_number_and_infinity_stay_visible(tmp_path: Path) -> None:
    nan, plus, minus = read(tmp_path, "[.nan, .inf, -.inf]")  # type: ignore[misc]
    assert nan.is_nan() and plus == Decimal("Infinity") and minus == Decimal("-Infinity")


def test_a_bare_decimal_in_a_law_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(LawFileFault, match=r'line 2: 21\.1 is a bare decimal; write it in quotes, "21\.1"'):
        read(tmp_path, "a: 1\nb: 21.1\n", "refused")


def test_a_key_given_twice_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(LawFileFault, match=r"line 3: the key 'rate' is given twice \(lines 1 and 3\)"):
        read(tmp_path, "rate: 1\nother: 2\nrate: 3\n")


def test_a_key_given_twice_deep_inside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawFileFault, match="given twice"):
        read(tmp_path, "- given: {a: 1, funding: {city: 0, city: 1}}\n")


def test_dates_are_dates_and_impossible_ones_stay_text(tmp_path: Path) -> None:
    assert read(tmp_path, "[2019-06-12, 2025-02-30, 2019-06-12T10:00:00, 2019-06-12 10:00:00]") == [
        date(2019, 6, 12),
        "2025-02-30",
        "2019-06-12T10:00:00",
        "2019-06-12 10:00:00",
    ]


def test_a_leading_zero_or_a_colon_makes_text(tmp_path: Path) -> None:
    assert read(tmp_path, "[06060, 0x10, 12:30, 1e3]") == ["06060", "0x10", "12:30", "1e3"]


def test_null_is_null(tmp_path: Path) -> None:
    assert read(tmp_path, "{a: null, b: ~, c: }") == {"a": None, "b": None, "c": None}


@pytest.mark.parametrize(
    "text",
    ["a: [1", "a: 1\n---\nb: 2\n", "? [1, 2]\n: 3\n", "a: !!python/name:os.system\n", "a: *nowhere\n", "\ta: 1\n"],
)
def test_what_is_not_one_plain_document_is_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(LawFileFault):
        read(tmp_path, text)


def test_bytes_that_are_no_text_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_bytes(b"a: \xff\xfe")
    with pytest.raises(LawFileFault, match="is not UTF-8 text"):
        read_yaml(tmp_path / "file.yaml", decimals="exact")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LawFileFault, match="nowhere.yaml: cannot be read: No such file"):
        read_yaml(tmp_path / "nowhere.yaml", decimals="exact")


def test_iso_days() -> None:
    assert iso_day("2024-02-29") == date(2024, 2, 29)
    assert iso_day("2023-02-29") is None
    assert iso_day("20240229") is None
    assert iso_day("2024-W01-1") is None
