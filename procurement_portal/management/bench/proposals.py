"""A notice that asks for one file, and organizations whose signatories are signed in and have begun their answer to it."""

from __future__ import annotations

import io
import os
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from procurement_portal.management.bench.seed import cookie_of, model
from procurement_portal.people.acting import actor_from, open_memberships
from procurement_portal.time.clock import now

CSRF = "b" * 32
_BOUNDARY = "bench-boundary-0123456789"


@dataclass(frozen=True)
class Submitter:
    """One organization's signatory with an answer begun; `chain` uploads its file and submits, `again` submits once more."""

    submission_id: int
    token: uuid.UUID
    sha256: str
    chain: list[dict[str, Any]]
    again: dict[str, Any]


def notice() -> Any:
    """A published notice due in an hour whose only question is a file."""
    users, present = model("people.User").objects, now()
    drafts = users.get(email="program_officer.0@bench.example")
    publishes = users.get(email="procurement_officer.0@bench.example")
    table = model("solicitations.Solicitation")
    made = table.objects.create(
        number=f"BENCH-FILE-{uuid.uuid4().hex[:8]}", fiscal_year=2027, title="One file each", status="published",
        department=model("people.Department").objects.order_by("pk").first(), service_category="youth_employment",
        summary="A notice of the benches.", drafted_by=drafts, published_by=publishes, review_requested_by=drafts,
        review_requested_at=present - timedelta(days=2), published_at=present - timedelta(days=1),
        advertised_on=present.date(), questions_due_at=present, due_at=present + timedelta(hours=1), languages=["en"],
    )  # fmt: skip
    section = model("solicitations.Section").objects.create(solicitation=made, position=1, title="Your plan")
    model("solicitations.Question").objects.create(
        solicitation=made, section=section, position=1, kind="file", prompt="Your plan as a PDF", marking="information",
        options={"kinds": ["pdf"], "most_files": 3, "most_megabytes": 25},
    )  # fmt: skip
    return made


def pdf(size: int) -> bytes:
    """A PDF of about `size` bytes that no other has: one page whose picture is noise."""
    import pikepdf

    made = pikepdf.new()
    page = made.add_blank_page()
    side = max(8, int((size / 3) ** 0.5))
    picture = pikepdf.Stream(made, os.urandom(side * side * 3))
    picture.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": side, "/Height": side,
                    "/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.Contents = pikepdf.Stream(made, b"q 400 0 0 400 50 50 cm /Im0 Do Q")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _multipart(folder: Path, content: bytes, token: str) -> Path:
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="plan.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    path = folder / f"{token}.body"
    path.write_bytes(head.encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode())
    return path


def _form(folder: Path, token: uuid.UUID, name: str, content: int) -> Path:
    from urllib.parse import urlencode

    path = folder / f"{token.hex}.form"
    path.write_text(urlencode({"typed_name": name, "agreed": "on", "token": str(token), "content": content}))
    return path


def submitters(count: int, size: int, folder: Path, again: int = 0) -> list[Submitter]:
    """So many organizations, each with its own file of about `size` bytes and an answer begun to one new notice.

    `again` is how often a request without an answer is repeated.
    """
    import hashlib

    from solicitations.actions import submission as acts

    asked = notice()
    question = model("solicitations.Question").objects.get(solicitation=asked)
    mark = uuid.uuid4().hex[:6]
    people, organizations = model("people.User"), model("people.Organization")
    users = people.objects.bulk_create(
        people(email=f"signs.{mark}.{n}@bench.example", name=f"Signs Number{n}", password="!") for n in range(count)
    )
    bodies = organizations.objects.bulk_create(
        organizations(kind="nonprofit", name=f"Bench Organization {mark} {n}") for n in range(count)
    )
    memberships = model("people.Membership")
    memberships.objects.bulk_create(
        memberships(user=user, organization=body, role=role)
        for user, body in zip(users, bodies, strict=True)
        for role in ("administrator", "signatory")
    )
    made = []
    for user, body in zip(users, bodies, strict=True):
        acting = f"organization:{body.pk}"
        actor = actor_from(user, open_memberships(user.pk), acting, second_factor=True)
        begun = acts.start(actor=actor, solicitation=asked)
        content, token = pdf(size), uuid.uuid4()
        headers = {"Cookie": f"{cookie_of(user, acting)}; {settings.CSRF_COOKIE_NAME}={CSRF}", "X-CSRFToken": CSRF}
        upload = {
            "path": reverse("solicitations:proposal_file", args=[begun.pk, question.pk]), "method": "POST",
            "headers": headers | {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"},
            "body": str(_multipart(folder, content, token.hex)), "again": again,
        }  # fmt: skip
        submit = {
            "path": reverse("solicitations:proposal_submit", args=[begun.pk]), "method": "POST",
            "headers": headers | {"Content-Type": "application/x-www-form-urlencoded"},
            "body": str(_form(folder, token, user.name, begun.content_version + 1)), "again": again,
        }  # fmt: skip
        made.append(Submitter(begun.pk, token, hashlib.sha256(content).hexdigest(), [upload, submit], submit))
    return made


def whole(submitters: list[Submitter]) -> tuple[int, list[str]]:
    """How many submitters have exactly one version whose receipt names their file's hash and whose file opens to it.

    Returns the number and what is wrong with the others.
    """
    import hashlib
    import json

    from procurement_portal.vault.sealing import open_sealed

    good, wrong = 0, []
    versions = model("solicitations.SubmittedVersion").objects.select_related("submission__data_key")
    for one in submitters:
        rows = list(versions.filter(submission_id=one.submission_id))
        if len(rows) != 1 or rows[0].token != one.token:
            wrong.append(f"proposal {one.submission_id} has {len(rows)} versions")
            continue
        submission = rows[0].submission
        receipt = json.loads(open_sealed(submission.data_key, bytes(rows[0].receipt), submission.place("receipt:1")))
        named = [file["sha256"] for file in receipt["receipt"]["files"]]
        kept = [
            hashlib.sha256(_bytes(attachment.file)).hexdigest()
            for attachment in submission.attachments.filter(removed_at=None).select_related("file__data_key__within")
        ]
        if named == kept == [one.sha256]:
            good += 1
        else:
            wrong.append(f"proposal {one.submission_id}: the receipt names {named}, kept are {kept}")
    return good, wrong


def _bytes(file: Any) -> bytes:
    from procurement_portal.documents import storage

    return b"".join(storage.pieces(file))
