"""The demo's papers: real PDFs of one or more pages, made here in plain PDF 1.4, so that sixty of them cost no second.

Each says that it is a demonstration. They stand for scans and exports that others made; the portal's own letters are
made by `letters`.
"""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Sequence

_WIDTH, _HEIGHT, _MARGIN = 612, 792, 72  # points, US letter
_LEADING, _LINE = 16, 82  # points between lines; letters in a line of 11-point Helvetica
_LINES_A_PAGE = 36
NOTE = "Demonstration paper of an invented organization. Nothing in it is true of anybody."


def pdf(title: str, paragraphs: Sequence[str], *, lang: str = "en-US") -> bytes:
    """A PDF with a title and paragraphs, wrapped, over as many pages as they need."""
    lines = [""]
    for paragraph in (*paragraphs, NOTE):
        lines += [*(textwrap.wrap(paragraph, _LINE) or [""]), ""]
    pages = [lines[n : n + _LINES_A_PAGE] for n in range(0, len(lines), _LINES_A_PAGE)]
    first_page = 5
    kids = " ".join(f"{first_page + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({lang}) /ViewerPreferences << /DisplayDocTitle true >> >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title " + _text(title) + b" /Producer (Procurement Portal demo) >>",
    ]
    for number, page in enumerate(pages):
        content = zlib.compress(_content(title if number == 0 else "", page))
        here = first_page + 2 * number
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {here + 1} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        head = f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + content + b"\nendstream")
    return _file(objects)


def _content(title: str, lines: Sequence[str]) -> bytes:
    parts = [b"BT"]
    if title:
        parts.append(b"/F1 17 Tf %d %d Td " % (_MARGIN, _HEIGHT - _MARGIN) + _text(title) + b" Tj")
        parts.append(b"/F1 11 Tf %d TL 0 -%d Td" % (_LEADING, _LEADING))
    else:
        parts.append(b"/F1 11 Tf %d TL %d %d Td" % (_LEADING, _MARGIN, _HEIGHT - _MARGIN))
    parts += [_text(line) + b" Tj T*" for line in lines]
    return b"\n".join([*parts, b"ET"])


def _text(words: str) -> bytes:
    """A PDF string; letters that WinAnsi lacks become question marks."""
    raw = words.encode("cp1252", "replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


# kind -> (title, paragraphs); {name}, {place}, {since}, {mission}, {ein}, {people} are the organization's.
VAULT: dict[str, tuple[str, tuple[str, ...]]] = {
    "w9": (
        "W-9, Request for Taxpayer Identification Number",
        ("Name: {name}", "Federal tax classification: as on file", "Employer identification number: {ein}",
         "Under penalties of perjury, the signer certifies that the number shown is the correct taxpayer number."),
    ),
    "irs_determination": (
        "IRS determination letter",
        ("Dear {name}:", "We are pleased to tell you that you are exempt from federal income tax under section 501(c)(3) of "
         "the Internal Revenue Code. Contributions to you are deductible under section 170. You are a public charity."),
    ),
    "good_standing": (
        "Certificate of good standing",
        ("To all to whom these presents shall come: {name}, organized in {since}, is in good standing as a domestic "
         "corporation of the State of Illinois and has filed its annual report and paid its fee.",),
    ),
    "charity_registration": (
        "Charitable organization registration",
        ("{name} is registered with the Charitable Trust Bureau and has filed its annual financial report (AG990-IL).",),
    ),
    "insurance": (
        "Certificate of liability insurance",
        ("Insured: {name}", "Coverage: commercial general liability, occurrence form. Each occurrence: $1,000,000. General "
         "aggregate: $2,000,000.", "Certificate holder and additional insured: as the contract requires."),
    ),
    "board_list": (
        "Board of directors",
        ("{name}", "Officers and members with their terms, as elected at the last annual meeting.", "{people}"),
    ),
    "audit": (
        "Audited financial statements",
        ("Independent auditor's report to the board of {name}.", "In our opinion the financial statements present fairly, "
         "in all material respects, the financial position of the organization and the changes in its net assets.",
         "Statement of financial position: cash, grants receivable, equipment; accounts payable, net assets with and without "
         "donor restrictions.", "Note 1: {mission}"),
    ),
    "economic_disclosure": (
        "Economic disclosure statement",
        ("Disclosing party: {name}", "No person other than those named in the board list controls the disclosing party. No City "
         "elected official or employee has a financial interest in the matter."),
    ),
    "sam_registration": (
        "SAM registration",
        ("Entity: {name}", "Registration status: active. Purpose of registration: all awards. Exclusions: none."),
    ),
    "grant_prequalification": (
        "State grant prequalification",
        ("{name} is qualified for the fiscal year: registered, in good standing, not on the stop-payment list, internal "
         "controls questionnaire accepted.",),
    ),
    "organization_chart": ("Organization chart", ("{name}", "Chief executive; program directors; site managers; finance; people.")),
    "debts_owed": (
        "Statement of debts owed",
        ("{name} states that it owes no fines, fees, taxes or other debts to the City of Chicago or Cook County, or that a "
         "payment plan is kept.",),
    ),
    "authority": (
        "Board resolution on signing authority",
        ("Resolved, that {signer}, {position}, may sign proposals, attestations and contracts in the name of {name}.",
         "Adopted at a regular meeting with a quorum present; recorded by the secretary."),
    ),
}  # fmt: skip
RESUME = (
    "{leader} has led programs at {name} in {place} since {since}. Before that: nine years as a case manager, four as a "
    "supervisor of twelve. Education: a public university of this state. Languages: {languages}."
)
# Kinds that carry a day of issue some time back, in days.
ISSUED = {"good_standing": 120, "charity_registration": 200, "insurance": 150, "audit": 240, "authority": 300}
INSURANCE = {"coverage": "general_liability", "limit_cents": 1_000_000_00}
