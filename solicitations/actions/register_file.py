"""Reads the City's public contract file row by row: pure, no database.

A row is taken as it is (negative and zero amounts, empty dates, a contract type that is not the ordinance's term) or
rejected with its line and the reason in words. Street addresses are read past, not kept: some are shelters.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

COLUMNS = (
    "Purchase Order Description", "Purchase Order (Contract) Number", "Revision Number", "Specification Number",
    "Contract Type", "Start Date", "End Date", "Approval Date", "Department", "Vendor Name", "Vendor ID", "City", "State",
    "Zip", "Award Amount", "Procurement Type",
)  # fmt: skip
_AMOUNT = re.compile(r"^-?\d{1,13}(\.\d{1,2})?$")
_LEGAL_FORM = re.compile(r"\b(INC|INCORPORATED|LLC|L L C|LTD|LIMITED|CO|CORP|CORPORATION|COMPANY|NFP|LP|LLP)\b")
_LIMITS = {"number": 20, "revision": 20, "description": 300, "specification": 20, "contract_type": 60, "department": 100,
           "vendor_name": 200, "vendor_code": 20, "city": 60, "state": 20, "postal_code": 12, "procurement_type": 40}  # fmt: skip


class UnreadableFile(Exception):
    """The file is not this register: it cannot be opened, decoded, or lacks columns. The message says which."""


@dataclass(frozen=True)
class Row:
    """A row that can be taken."""

    line: int
    number: str
    revision: str
    description: str
    specification: str
    contract_type: str
    starts_on: date | None
    ends_on: date | None
    approved_on: date | None
    department: str
    vendor_name: str
    vendor_code: str
    city: str
    state: str
    postal_code: str
    amount: Decimal
    procurement_type: str
    document_url: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything but the line: two rows of one fingerprint say the same."""
        values = [str(value) for name, value in vars(self).items() if name != "line"]
        return hashlib.sha256("\x1f".join(values).encode()).hexdigest()


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be taken, with the line it ends on and why."""

    line: int
    number: str
    revision: str
    reason: str


def sha256_of(path: Path) -> str:
    """The file's own hash, by which an import knows it again. Raises UnreadableFile."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be opened: {error.strerror}.") from error
    return digest.hexdigest()


def read(path: Path, start_line: int = 2) -> Iterator[Row | Rejected]:
    """Every row from `start_line` on (line 1 is the header), as a Row or a Rejected; `.gz` is unpacked on the way.

    Raises UnreadableFile for a file that is not UTF-8 CSV with the columns of `COLUMNS`.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:  # type: ignore[arg-type]
            reader = csv.DictReader(text, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise UnreadableFile(f"{path.name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}.")
            for record in reader:
                if reader.line_num >= start_line:
                    yield _row(reader.line_num, record)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise UnreadableFile(f"{path} cannot be opened: {error.strerror}.") from error
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:  # OSError: not gzip after all
        raise UnreadableFile(f"{path.name} cannot be read as UTF-8 CSV: {error}.") from error


def _row(line: int, record: dict[str | None, str | None | list[str]]) -> Row | Rejected:
    def text(name: str) -> str:
        value = record.get(name)
        return " ".join(value.split()) if isinstance(value, str) else ""

    number, revision = text("Purchase Order (Contract) Number"), text("Revision Number")
    values = {
        "number": number, "revision": revision, "description": text("Purchase Order Description"),
        "specification": text("Specification Number"), "contract_type": text("Contract Type").upper(),
        "department": text("Department").upper(), "vendor_name": text("Vendor Name"), "vendor_code": text("Vendor ID"),
        "city": text("City"), "state": text("State"), "postal_code": text("Zip"), "procurement_type": text("Procurement Type").upper(),
    }  # fmt: skip
    reason = _missing(record, values) or _too_long(values)
    try:
        amount = _amount(text("Award Amount"))
        start, end, approved = (_day(name, text(name)) for name in ("Start Date", "End Date", "Approval Date"))
    except ValueError as error:
        return Rejected(line, number, revision, reason or str(error))
    if not reason and start and end and end < start:
        reason = f"The end date {end:%m/%d/%Y} is before the start date {start:%m/%d/%Y}."
    if reason:
        return Rejected(line, number, revision, reason)
    return Row(
        line=line, starts_on=start, ends_on=end, approved_on=approved, amount=amount,
        document_url=text("Contract PDF")[:500], **values,
    )  # fmt: skip


def _missing(record: dict[str | None, str | None | list[str]], values: dict[str, str]) -> str:
    if None in record or any(value is None for name, value in record.items() if name in COLUMNS):
        return "The row has more or fewer fields than the header."
    if not values["number"]:
        return "The contract number is empty."
    if not values["revision"]:
        return "The revision number is empty."
    if not values["vendor_code"] or not values["vendor_name"]:
        return "The vendor's name or identifier is empty."
    return ""


def _too_long(values: dict[str, str]) -> str:
    for name, limit in _LIMITS.items():
        if len(values[name]) > limit or "\x00" in values[name]:
            return f"The {name.replace('_', ' ')} is longer than {limit} characters or holds a NUL."
    return ""


def _amount(text: str) -> Decimal:
    if not _AMOUNT.match(text):
        raise ValueError(f"The award amount “{text}” is not an amount in dollars and cents.")
    return Decimal(text)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        month, day, year = text.split("/")
        if (len(month), len(day), len(year)) != (2, 2, 4):
            raise ValueError
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"The {name.lower()} “{text}” is not a day written MM/DD/YYYY.") from None


def name_key(name: str) -> str:
    """A vendor's name without case, punctuation, legal form and trailing counters: equal keys suggest one firm."""
    plain = re.sub(r"[^A-Z0-9&]+", " ", name.upper().replace("&", " AND "))
    plain = _LEGAL_FORM.sub(" ", plain)
    plain = re.sub(r"\s0?\d$", "", plain.strip())
    return " ".join(plain.split())
