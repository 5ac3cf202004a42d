"""One opened proposal and one contract, each with so many documents, points and acts, and who opens them (job 3)."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse

from procurement_portal.management.bench.seed import STAFF, cookie_of, model
from procurement_portal.time.clock import now, today
from procurement_portal.vault.sealing import new_data_key, seal

CRITERIA = 5


@dataclass(frozen=True)
class Record:
    """A page and the session that opens it."""

    name: str
    path: str
    cookie: str


def _every(name: str, rows: Any) -> list[Any]:
    return list(model(name).objects.bulk_create(rows))


def _files(count: int, organization: Any, person: Any) -> list[Any]:
    """Released files whose facts are sealed as those of real uploads; nothing stands behind them."""
    made = []
    for n in range(count):
        storage = uuid.uuid4().hex
        key = new_data_key("file", f"file:{storage}")
        facts = {"name": f"Paper {n}.pdf", "content_type": "application/pdf", "size": 1000, "sha256": "0" * 64}
        made.append(
            model("documents.File")(
                organization=organization, received_by=person, storage_key=storage, data_key=key, state="released",
                state_at=now(), facts=seal(key, json.dumps(facts).encode(), f"file:{storage}"),
            )
        )  # fmt: skip
    return _every("documents.File", made)


def _acts(count: int, subject: str, pk: int, act: str, person: Any) -> None:
    _every(
        "history.Entry",
        [
            model("history.Entry")(
                actor_id=person.pk, actor_label=person.name, acting_as="Bench Department", act=act, subject_type=subject,
                subject_id=str(pk), subject_label="Bench", why=f"Act {n}",
            )
            for n in range(count)
        ],
    )  # fmt: skip


@transaction.atomic
def records(children: int) -> list[Record]:
    """A proposal with so many parts (each a document), points, findings and acts, for an officer and for one of its readers;
    a contract with so many documents, amendments and acts."""
    mark, person = uuid.uuid4().hex[:6], model("people.User").objects.get(email=STAFF)
    department = model("people.Membership").objects.filter(user=person).first().department
    acting = f"department:{department.pk}"
    body = model("people.Organization").objects.create(kind="nonprofit", name=f"Bench Organization {mark}")
    users = _every(
        "people.User",
        [
            model("people.User")(email=f"reads.{mark}.{n}@bench.example", name=f"Reads Number{n}", password="!")
            for n in range(children // CRITERIA)
        ],
    )
    _every(
        "people.Membership",
        [model("people.Membership")(user=u, department=department, role="evaluator") for u in users],
    )
    proposal, reading = _proposal(children, mark, person, department, body, users)
    number = proposal.solicitation.number
    contract = _contract(children, mark, person, users[0], department, body)
    staff = cookie_of(person, acting)
    return [
        Record("opened proposal", reverse("solicitations:opened-proposal", args=[number, 1]), staff),
        Record(
            "proposal of a reader", reverse("solicitations:reading", args=[reading.pk]), cookie_of(users[0], acting)
        ),
        Record("contract", reverse("solicitations:contract", args=[contract.number]), staff),
    ]


def _proposal(children: int, mark: str, person: Any, department: Any, body: Any, users: list[Any]) -> tuple[Any, Any]:
    """An opened proposal of a notice whose scoring has ended; the reading of the first of `users`."""
    drafts, present = model("people.User").objects.get(email=STAFF.replace("procurement", "program")), now()
    notice = model("solicitations.Solicitation").objects.create(
        number=f"BENCH-OPENED-{mark}", fiscal_year=2027, title="Opened", status="under_evaluation", department=department,
        service_category="youth_employment", drafted_by=drafts, published_by=person, review_requested_by=drafts,
        review_requested_at=present - timedelta(days=40), published_at=present - timedelta(days=39), languages=["en"],
        advertised_on=today() - timedelta(days=39), questions_due_at=present - timedelta(days=20),
        due_at=present - timedelta(days=5), closed_at=present - timedelta(days=5),
    )  # fmt: skip
    section = model("solicitations.Section").objects.create(solicitation=notice, position=1, title="Your plan")
    criteria = _every(
        "solicitations.Criterion",
        [
            model("solicitations.Criterion")(
                solicitation=notice, position=n + 1, name=f"Criterion {n + 1}", weight=Decimal(100 // CRITERIA), max_points=5,
                anchors=[{"points": p, "words": "What this score means"} for p in range(6)],
            )
            for n in range(CRITERIA)
        ],
    )  # fmt: skip
    questions = _every(
        "solicitations.Question",
        [
            model("solicitations.Question")(
                solicitation=notice, section=section, position=n + 1, kind="file", marking="scored",
                prompt=f"Paper {n + 1}", options={"kinds": ["pdf"], "most_files": 1, "most_megabytes": 25},
                criterion=criteria[n % CRITERIA],
            )
            for n in range(children)
        ],
    )  # fmt: skip
    opening = model("solicitations.Opening").objects.create(
        solicitation=notice, asked_by=drafts, opened_by=person, opened_at=present, received=1, digest="0" * 64
    )
    submission = model("solicitations.Submission").objects.create(
        solicitation=notice, organization=body, kind="proposal", status="submitted", content_version=1, number=1,
        data_key=new_data_key("proposal", f"solicitation:{notice.pk} organization:{body.pk}"), submitted_content=1,
        submitted_at=notice.due_at - timedelta(hours=1), started_by=users[0],
    )  # fmt: skip
    proposal = model("solicitations.OpenedProposal").objects.create(
        opening=opening, solicitation=notice, submission=submission, organization=body, position=1, version=1,
        received_at=submission.submitted_at, sha256="0" * 64, amount=Decimal("150000.50"), areas=[25],
    )  # fmt: skip
    parts = _every(
        "solicitations.OpenedPart",
        [
            model("solicitations.OpenedPart")(
                proposal=proposal, position=n + 1, part=f"question-{n}", title=question.prompt, kind="file",
                marking="scored", question=question, criterion=question.criterion,
            )
            for n, question in enumerate(questions)
        ],
    )  # fmt: skip
    _every(
        "solicitations.OpenedFile",
        [
            model("solicitations.OpenedFile")(part=part, file=file, name=f"Paper {n}.pdf", size=1000, sha256="0" * 64)
            for n, (part, file) in enumerate(zip(parts, _files(children, body, None), strict=True))
        ],
    )
    _every(
        "solicitations.ResponsivenessFinding",
        [
            model("solicitations.ResponsivenessFinding")(
                proposal=proposal, responsive=True, reason=f"Finding {n}", found_by=person
            )
            for n in range(children)
        ],
    )
    reading = _scored(notice, proposal, criteria, person, users)
    _acts(children, "solicitations.openedproposal", proposal.pk, "proposal.read", person)
    return proposal, reading


def _scored(notice: Any, proposal: Any, criteria: list[Any], person: Any, users: list[Any]) -> Any:
    """Every user reads the proposal and locked a point for each criterion; the first one's reading."""
    present = now()
    evaluation = model("solicitations.Evaluation").objects.create(
        solicitation=notice, begun_by=person, readers=min(len(users), 12), scoring_due_at=present + timedelta(days=3),
        status="consensus", scoring_began_at=present - timedelta(days=2), scoring_ended_at=present,
    )  # fmt: skip
    members = _every(
        "solicitations.PanelMember",
        [
            model("solicitations.PanelMember")(
                evaluation=evaluation, user=user, appointed_by=person, part="evaluator" if n else "chair"
            )
            for n, user in enumerate(users)
        ],
    )
    _every(
        "solicitations.ConflictDeclaration",
        [
            model("solicitations.ConflictDeclaration")(member=m, proposal=proposal, conflicted=False, ground="none")
            for m in members
        ],
    )
    readings = _every(
        "solicitations.Assignment",
        [model("solicitations.Assignment")(member=m, proposal=proposal, assigned_by=person) for m in members],
    )
    _every(
        "solicitations.Score",
        [
            model("solicitations.Score")(
                assignment=reading, criterion=criterion, points=Decimal(3), reason="The weeks are named.", share=True
            )
            for reading in readings
            for criterion in criteria
        ],
    )
    model("solicitations.Assignment").objects.filter(pk__in=[r.pk for r in readings]).update(
        locked_at=present - timedelta(hours=1)
    )
    return readings[0]


def _contract(children: int, mark: str, person: Any, signer: Any, department: Any, body: Any) -> Any:
    """An executed contract; its documents are earlier ones, made void, but for the one that was signed."""
    present, day = now(), today()
    contract = model("solicitations.Contract").objects.create(
        number=f"BENCH-C-{mark}", title="Bench contract", department=department, status="signed", made_by=person,
        original_amount=Decimal("150000.00"), starts_on=day, ends_on=day + timedelta(days=300), signed_at=present,
        terms={"scope": "Forty places.", "budget": [{"label": f"Line {n}", "cents": 1000} for n in range(children)]},
    )  # fmt: skip
    model("solicitations.ContractParticipant").objects.create(contract=contract, organization=body, part="prime")
    desk = model("people.Desk").objects.filter(department=department).order_by("pk").first()
    _every(
        "solicitations.ContractStep",
        [
            model("solicitations.ContractStep")(
                contract=contract, kind=kind, position=n + 1, desk=desk, service_days=3, opened_at=present, due_at=present,
                done_at=present, done_by=person, outcome="passed",
            )
            for n, kind in enumerate(("documents", "insurance", "disclosure", "budget", "law"))
        ],
    )  # fmt: skip
    papers = _every(
        "solicitations.ContractPaper",
        [
            model("solicitations.ContractPaper")(
                contract=contract, number=n + 1, content={}, content_sha256="0" * 64, made_by=person, file=file,
                sha256="0" * 64, voided_at=present if n + 1 < children else None,
                voided_by=person if n + 1 < children else None, voided_why="Written again" if n + 1 < children else "",
            )
            for n, file in enumerate(_files(children, body, None))
        ],
    )  # fmt: skip
    _every(
        "solicitations.Signature",
        [
            model("solicitations.Signature")(
                paper=paper, order=1, side="organization", signed_by=signer, typed_name=signer.name, intent="I sign.",
                content_sha256="0" * 64, sha256="0" * 64,
            )
            for paper in papers
        ],
    )  # fmt: skip
    _every(
        "solicitations.Amendment",
        [
            model("solicitations.Amendment")(
                contract=contract, number=n + 1, kind="amount", status="signed", amount_change=Decimal("10.00"),
                reason="Twelve more places.", made_by=person, signed_at=present, signed_for_department_by=person,
                signed_for_organization_by=signer,
            )
            for n in range(children)
        ],
    )  # fmt: skip
    _acts(children, "solicitations.contract", contract.pk, "contract.audit_read", person)
    return contract
