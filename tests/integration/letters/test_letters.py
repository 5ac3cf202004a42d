"""Letters are accessible PDFs: tagged, in a language, titled; a picture without words fails; data is never source text."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from procurement_portal.letters import render as letters
from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.receipt import HashedFile, HashedSection, Receipt, receipt_data, receipt_pdf
from procurement_portal.letters.render import LetterFailed, render

AT = datetime(2026, 11, 27, 22, 59, 59, 123456, UTC)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _receipt(**more: object) -> Receipt:
    facts = {
        "number": "R-2026-000123", "jurisdiction": "city", "department": "Department of Family Services",
        "solicitation_number": "RFP-2026-014", "solicitation_title": 'Youth "Paths" #1 [$5] *all*',
        "organization": "Alpha Youth Collective", "signatory": "Alice Alpha", "submitted_at": AT,
        "due_at": datetime(2026, 11, 27, 23, 0, tzinfo=UTC),
        "sections": [HashedSection(f"Section {n}", _hash(str(n))) for n in range(3)],
        "files": [HashedFile(f"file {n}.pdf", 1000 * n, _hash(f"f{n}")) for n in range(40)],
        "signature": "receipts-12ab34cd:" + "A" * 86 + "==", "json_sha256": _hash("json"),
        "verify_url": "https://portal.example.gov/receipts/public-key",
    }  # fmt: skip
    return Receipt(**{**facts, **more})  # type: ignore[arg-type]


def _tags(pdf: pikepdf.Pdf) -> list[str]:
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.Root.StructTreeRoot.K)
    return found


def _open(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def test_a_receipt_is_tagged_in_a_language_and_titled() -> None:
    with _open(receipt_pdf(_receipt())) as pdf:
        assert pdf.Root.MarkInfo.Marked is True or bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith("en")
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == "Receipt for RFP-2026-014"
            assert str(about["pdfuaid:part"]) == "1"
        tags = _tags(pdf)
        assert len(pdf.pages) >= 2
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L"} <= set(tags)
    assert tags.count("/TH") >= 5


def test_a_receipt_says_the_exact_time_and_every_hash() -> None:
    data = receipt_data(_receipt())
    assert "Fri, Nov 27, 2026, 4:59:59.123456 pm CST" in str(data["sentence"])
    assert [f["sha256"] for f in data["files"]] == [_hash(f"f{n}") for n in range(40)]  # type: ignore[attr-defined]
    assert data["signature"] in str(data) and _hash("json") in str(data["steps"])


def test_a_receipt_without_files_says_so() -> None:
    assert len(receipt_pdf(_receipt(files=[]))) > 10_000
    assert "No files" in str(receipt_data(_receipt(files=[])))


def test_the_same_receipt_gives_the_same_bytes() -> None:
    assert receipt_pdf(_receipt()) == receipt_pdf(_receipt())


@pytest.mark.parametrize(
    "hostile", ['#read("/etc/passwd")', '") #panic("x")', "$ sum $ #import", "\\", "\u202e", "عربي 汉字 🌱 ไทย"]
)
def test_what_people_write_is_shown_and_never_run(hostile: str) -> None:
    assert receipt_pdf(_receipt(organization=hostile, solicitation_title=hostile)).startswith(b"%PDF")


def test_the_language_of_the_reader_is_in_the_file() -> None:
    with _open(receipt_pdf(_receipt(), "es")) as pdf:
        assert str(pdf.Root.Lang).startswith("es")


def _photo(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), color).save(out, "JPEG")
    return out.getvalue()


def _photos(alt: str | None) -> bytes:
    photos = [{"file": "p1.jpg", "alt": alt}, {"file": "p2.jpg", "alt": alt}]
    data = {"frame": frame("Garden"), "made": made(AT), "sentence": "2 photographs", "photos": photos}
    return render("photos", data, files={"p1.jpg": _photo("teal"), "p2.jpg": _photo("olive")})


def test_photographs_become_pages_with_alternative_text() -> None:
    with _open(_photos("Page 1, photograph")) as pdf:
        assert len(pdf.pages) == 3
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert [str(f.Alt) for f in figures] == ["Page 1, photograph"] * 2


def test_a_picture_without_alternative_text_fails() -> None:
    with pytest.raises(LetterFailed, match="alt"):
        _photos(None)


def test_a_picture_never_names_a_place_outside() -> None:
    with pytest.raises(LetterFailed, match="path"):
        render("photos", {}, files={"../x.jpg": b""})


def test_nothing_of_the_pictures_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_memory_folder", lambda: str(tmp_path))
    _photos("Page 1, photograph")
    assert list(tmp_path.iterdir()) == []
