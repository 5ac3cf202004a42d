"""The City's contract file as it is: dry by default, nothing half-loaded, resumable, idempotent."""

from __future__ import annotations

import csv
import gzip
import os
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Refused
from solicitations.actions import register
from solicitations.actions.register_file import COLUMNS, Rejected, UnreadableFile, name_key, read
from solicitations.models.register import RegisterContract, RegisterImport, RegisterRow, RegisterVendor, VendorMerge
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("PORTAL_SHARED", Path(__file__).resolve().parents[4] / "shared"))
REAL = SHARED / "data" / "contracts" / "chicago_contracts_sample_20k.csv.gz"
SYSTEM = Actor.system("test")

GOOD = {
    "Purchase Order Description": "YOUTH MENTORING", "Purchase Order (Contract) Number": "9001", "Revision Number": "0",
    "Specification Number": "S1", "Contract Type": "DELEGATE AGENCY", "Start Date": "01/01/2024", "End Date": "12/31/2024",
    "Approval Date": "02/01/2024", "Department": "DEPARTMENT OF FAMILY AND SUPPORT SERVICES", "Vendor Name": "PRAIRIE PATHS, INC.",
    "Vendor ID": "100A", "City": "CHICAGO", "State": "IL", "Zip": "60608", "Award Amount": "100.10", "Procurement Type": "RFP",
}  # fmt: skip


def write(path: Path, *changes: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as stream:  # type: ignore[operator]
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(GOOD | change for change in changes)
    return path


FAULTS = (
    {"Purchase Order (Contract) Number": " "},
    {"Purchase Order (Contract) Number": "9100", "Award Amount": "1,000.00"},
    {"Purchase Order (Contract) Number": "9101", "Award Amount": "NaN"},
    {"Purchase Order (Contract) Number": "9102", "Start Date": "02/30/2024"},
    {"Purchase Order (Contract) Number": "9103", "End Date": "12/31/2023"},
    {"Purchase Order (Contract) Number": "9104", "Vendor ID": ""},
    {"Purchase Order (Contract) Number": "9001", "Award Amount": "7.00"},
    {"Purchase Order (Contract) Number": "9105", "Revision Number": ""},
    {"Purchase Order (Contract) Number": "9106", "Purchase Order Description": "x" * 301},
)
FINE = (
    {},
    {"Revision Number": "1", "Award Amount": "-50.05", "Start Date": "", "Approval Date": "03/01/2024"},
    {"Revision Number": "2", "Award Amount": "0.00", "Approval Date": ""},
    {"Purchase Order (Contract) Number": "9002", "Vendor ID": "200B", "Vendor Name": "Prairie Paths"},
    {"Purchase Order (Contract) Number": "9003", "Vendor ID": "300C", "Vendor Name": "Two\nLine, “Quoted” Vendor"},
)


def test_every_fault_is_rejected_with_its_line_and_reason(tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *FINE, *FAULTS)
    outcome = register.check_file(path)
    assert (outcome.read, outcome.loaded, len(outcome.rejected)) == (14, 5, 9)
    assert len({r.reason for r in outcome.rejected}) == 9
    assert {r.line for r in outcome.rejected} == set(range(8, 17))  # one quoted line break moves the later lines by one
    assert not RegisterRow.objects.exists()


def test_a_load_groups_revisions_and_proposes_merges_instead_of_making_them(tmp_path: Path) -> None:
    outcome = register.import_file(actor=SYSTEM, path=write(tmp_path / "f.csv.gz", *FINE, *FAULTS))
    assert (outcome.loaded, outcome.unchanged, outcome.contracts, outcome.proposed_merges) == (5, 0, 3, 1)
    contract = RegisterContract.objects.get(number="9001")
    assert (contract.total, contract.revisions) == (Decimal("50.05"), 3)  # 100.10 − 50.05 + 0
    assert (
        contract.first_approved_on.isoformat() == "2024-02-01" and contract.last_approved_on.isoformat() == "2024-03-01"
    )
    assert RegisterVendor.objects.filter(merged_into__isnull=False).count() == 0
    assert not RegisterRow.objects.filter(staged=True).exists()


def test_the_same_file_and_the_same_rows_change_nothing(tmp_path: Path) -> None:
    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *FINE))
    before = list(RegisterContract.objects.order_by("pk").values())
    again = register.import_file(actor=SYSTEM, path=tmp_path / "a.csv")
    other = register.import_file(actor=SYSTEM, path=write(tmp_path / "b.csv", *reversed(FINE)))
    assert (again.loaded, again.unchanged) == (0, 5)
    assert (other.loaded, other.unchanged) == (0, 5)
    assert list(RegisterContract.objects.order_by("pk").values()) == before


def test_a_later_file_corrects_a_revision(tmp_path: Path) -> None:
    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *FINE))
    register.import_file(actor=SYSTEM, path=write(tmp_path / "b.csv", {"Award Amount": "200.10"}))
    assert RegisterContract.objects.get(number="9001").total == Decimal("150.05")


def test_a_run_ended_midway_leaves_the_register_untouched_and_goes_on(tmp_path: Path, monkeypatch) -> None:
    path = write(tmp_path / "a.csv", *({"Purchase Order (Contract) Number": str(n)} for n in range(10)))
    monkeypatch.setattr(register, "BATCH", 3)
    calls: list[int] = []

    def stop_at_the_second_batch(line: int) -> None:
        calls.append(line)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        register.import_file(actor=SYSTEM, path=path, progress=stop_at_the_second_batch)
    assert RegisterContract.objects.count() == 0
    assert RegisterImport.objects.get().next_line == 8
    assert register.import_file(actor=SYSTEM, path=path).loaded == 10
    assert RegisterRow.objects.count() == RegisterContract.objects.count() == 10


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00bad", b"a,b\n1,2\n", b"not gzip"])
def test_a_file_that_is_not_this_register_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ("x.csv.gz" if content == b"not gzip" else "x.csv")
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        register.import_file(actor=SYSTEM, path=path)
    assert not RegisterRow.objects.exists()


def test_only_a_portal_administrator_imports_and_decides(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        register.import_file(actor=cast.dora.actor, path=write(tmp_path / "a.csv", *FINE))
    register.import_file(actor=cast.pat.actor, path=tmp_path / "a.csv")
    merge = VendorMerge.objects.get()
    with pytest.raises(Refused):
        register.decide_merge(actor=cast.alice.actor, merge_id=merge.pk, same=True, why="")
    register.decide_merge(actor=cast.pat.actor, merge_id=merge.pk, same=True, why="Same address and officers")
    merge.other.refresh_from_db()
    assert merge.other.merged_into_id == merge.one_id
    with pytest.raises(Conflict):
        register.decide_merge(actor=cast.pat.actor, merge_id=merge.pk, same=False, why="")


def test_the_command_is_dry_by_default_and_writes_the_rejected_rows(tmp_path: Path) -> None:
    path, rejected, out = write(tmp_path / "f.csv", *FINE, *FAULTS), tmp_path / "r.csv", StringIO()
    call_command("import_contracts", path, rejected=rejected, stdout=out, stderr=StringIO())
    assert "14 rows read, 5 would be loaded" in out.getvalue() and "Nothing was written" in out.getvalue()
    assert len(list(csv.DictReader(rejected.open()))) == 9
    call_command("import_contracts", path, commit=True, rejected=rejected, stdout=out, stderr=StringIO())
    assert RegisterRow.objects.count() == 5
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_contracts", tmp_path / "none.csv", stdout=out, stderr=StringIO())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAPITOL CEMENT CO INC", "CAPITOL CEMENT CO INC 01"),
        ("HABILITATIVES SYSTEMS , INC", "Habilitatives Systems, Inc."),
        ("ABOVE & BEYOND CENTER", "Above and Beyond Center"),
    ],
)
def test_names_that_differ_in_form_alone_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_the_real_file_loads_to_at_least_99_percent(record_property) -> None:
    record_property("real_file_read", REAL.exists())
    if not REAL.exists():
        pytest.skip(f"the City's file is not at {REAL}; the invented file with the same faults was read")
    rows = list(read(REAL))
    rejected = [row for row in rows if isinstance(row, Rejected)]
    assert len(rows) == 20_000
    assert len(rejected) <= 200
    assert {r.reason.split(" 0")[0].split(" 1")[0] for r in rejected} == {"The end date"}
    outcome = register.import_file(actor=SYSTEM, path=REAL)
    assert outcome.loaded == 20_000 - len(rejected)
    assert sum(c.total for c in RegisterContract.objects.all()) == sum(
        r.amount for r in rows if not isinstance(r, Rejected)
    )


def test_the_filters_name_the_departments_of_a_file_as_soon_as_it_is_in(tmp_path: Path, client: Client) -> None:
    def offered() -> bool:
        return b"DEPARTMENT OF BEES" in client.get("/past-contracts/").content

    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *FINE))
    assert not offered()
    register.import_file(actor=SYSTEM, path=write(tmp_path / "b.csv", {"Department": "DEPARTMENT OF BEES"}))
    assert offered()


def test_a_number_of_the_file_is_escaped_in_its_address(tmp_path: Path, client: Client) -> None:
    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", {"Purchase Order (Contract) Number": "7 & 8?"}))
    page = client.get("/past-contracts/").content.decode()
    assert 'href="/past-contracts/7%20%26%208%3F/"' in page and "7 &amp; 8?" in page
    assert client.get("/past-contracts/7%20%26%208%3F/").status_code == 200


def test_page_api_and_file_say_how_many_contracts_stand_outside_every_base_after_each_file(
    tmp_path: Path, client: Client
) -> None:
    def said() -> tuple[str, int, list[list[str]]]:
        file = b"".join(client.get("/past-contracts/export.csv?text=bees").streaming_content).decode()  # type: ignore[attr-defined]
        return (
            client.get("/past-contracts/").content.decode(),
            client.get("/api/v1/past-contracts/?text=bees").json()["scope_not_determined"],
            list(csv.reader(StringIO(file.lstrip("\ufeff")))),
        )

    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *FINE))
    page, number, lines = said()
    assert "3 contracts in this register: scope not determined, outside every base" in page and number == 3
    assert lines[0][-1] == "Participation scope" and lines[-1][0].startswith("3 contracts in this register"), lines
    register.import_file(
        actor=SYSTEM,
        path=write(
            tmp_path / "b.csv", {"Purchase Order (Contract) Number": "8 BEES", "Purchase Order Description": "BEES"}
        ),
    )
    page, number, lines = said()
    assert "4 contracts in this register" in page and number == 4
    assert [line[-1] for line in lines[1:-1]] == ["Not determined"], "one row found, its scope said"


def test_a_page_of_the_register_costs_the_same_queries_whatever_it_holds(
    tmp_path: Path, client: Client, django_assert_num_queries: Any
) -> None:
    many = ({"Purchase Order (Contract) Number": str(n)} for n in range(60))
    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *many))
    client.get("/past-contracts/")
    with django_assert_num_queries(3):  # the file, the number of rows, the rows; how many stand outside is kept
        client.get("/past-contracts/")
    with django_assert_num_queries(4):  # around them a transaction
        client.get("/api/v1/past-contracts/")
