"""The demo's people: departments with their staff, desks and absences; organizations with members, profile and papers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from procurement_portal.documents import actions as documents
from procurement_portal.management.demo import papers
from procurement_portal.management.demo.reading import story
from procurement_portal.management.demo.stage import Stage
from procurement_portal.people.actions import claims, departments, desks, invitations, organizations, oversight, roles
from procurement_portal.people.actions.second_factor import enroll_totp, verify_email
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.queries.claims import papers as proofs

PASSWORD = "open-doors-2026"
_SYSTEM = Actor.system("demo")
_FIRST_DAY = -400  # business days from today: when the portal opened in this story
_ADDRESS = {"DFSS": "dfss.chicago.example", "CDPH": "cdph.chicago.example", "DPS": "dps.chicago.example",
            "JAC": "jac.cook.example", "OCPO": "ocpo.cook.example", "OCC": "occ.cook.example"}  # fmt: skip


def plan(stage: Stage) -> None:
    """Plan how everybody came to the portal."""
    stage.things["password"] = make_password(PASSWORD)  # one hash for all: it is printed anyway, and a hash costs 0.1 s
    stage.at(stage.instant(_FIRST_DAY, 8), lambda: _departments(stage))
    told = story("staff")
    for absence in told["absences"]:
        stage.at(stage.instant(absence["noted"], 9, 20), lambda a=absence: _absence(stage, a))  # type: ignore[misc]
    for engagement in told["engagements"]:
        stage.at(stage.instant(engagement["on"], 8, 45), lambda e=engagement: _engage(stage, e))  # type: ignore[misc]
    for word, facts in story("organizations").items():
        stage.at(stage.instant(facts["registered"], 10, 15), lambda w=word, f=facts: _organization(stage, w, f))  # type: ignore[misc]


def make_person(stage: Stage, word: str, name: str, host: str, *, second_factor: bool) -> Any:
    """An account with a verified address under a domain that can never exist, and the demo's password."""
    address = "".join(c for c in _plain(name).lower().replace(" ", ".") if c.isalnum() or c in ".-")
    people = get_user_model()
    with transaction.atomic():
        user = people.objects.create(email=f"{address}@{host}", name=name, password=stage.things["password"])
        verify_email(actor=_SYSTEM, user=user)
        if second_factor:
            enroll_totp(actor=_SYSTEM, user=user)
    stage.cast[word] = (user.pk, "")
    return user


def _plain(name: str) -> str:
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


# --- Departments ------------------------------------------------------------------------------------------------------------
def _departments(stage: Stage) -> None:
    told = story("staff")
    for code, facts in told["departments"].items():
        stage.things[f"department:{code}"] = departments.make_department(actor=_SYSTEM, code=code, **facts)
    for word, person in told["people"].items():
        department = stage.things[f"department:{person['department']}"]
        user = make_person(stage, word, person["name"], _ADDRESS[person["department"]], second_factor=True)
        stage.cast[word] = (user.pk, f"department:{department.pk}")
        for role in person["roles"]:
            roles.give_role(actor=_SYSTEM, body=Body(department_id=department.pk), user=user, role=role)


def _absence(stage: Stage, facts: dict[str, Any]) -> None:
    actor = stage.actor(facts["who"])
    people = get_user_model().objects
    desks.note_absence(
        actor=actor,
        body=Body.acted_for(actor),
        user=people.get(pk=actor.user_id),
        deputy=people.get(pk=stage.cast[facts["deputy"]][0]),
        first_day=stage.day(facts["first"]),
        last_day=stage.day(facts["last"]),
    )


def _engage(stage: Stage, facts: dict[str, Any]) -> None:
    oversight.engage_auditor(
        actor=stage.actor(facts["given_by"]),
        auditor=get_user_model().objects.get(pk=stage.cast[facts["auditor"]][0]),
        purpose=facts["purpose"],
        first_day=stage.day(facts["first"]),
        last_day=stage.day(facts["last"]),
        departments=[stage.things[f"department:{code}"] for code in facts["departments"]],
    )


# --- Organizations ----------------------------------------------------------------------------------------------------------
def _organization(stage: Stage, word: str, facts: dict[str, Any]) -> None:
    (first, person), *others = facts["people"].items()
    host = f"{word}.example"
    if "same_as" in person:
        stage.cast[first] = (stage.cast[person["same_as"]][0], "")
    else:
        make_person(stage, first, person["name"], host, second_factor=True)
    shares = [(stage.things[f"organization:{w}"].name, Decimal(share)) for w, share in facts.get("venturers", ())]
    organization = organizations.register_organization(
        actor=stage.actor(first), kind=facts["kind"], name=facts["name"], venturers=shares
    )
    stage.things[f"organization:{word}"] = organization
    stage.cast[first] = (stage.cast[first][0], f"organization:{organization.pk}")
    stage.roles_changed(first)
    for member, _share in facts.get("venturers", ()):
        _agree(stage, organization, member)
    administrator = stage.actor(first)
    organizations.edit_profile(actor=administrator, organization_id=organization.pk, fields=_profile(facts))
    organizations.set_ein(actor=administrator, organization_id=organization.pk, ein=facts["ein"])
    for colleague, about in others:
        _colleague(stage, first, colleague, about, host)
    _vault(stage, word, first, facts)
    if person.get("position"):
        _signatory(stage, first, facts)


def _agree(stage: Stage, venture: Any, member: str) -> None:
    organization = stage.things[f"organization:{member}"]
    word = next(iter(story("organizations")[member]["people"]))
    row = venture.venturers.get(member=organization)
    organizations.agree_to_venture(actor=stage.actor(word), venturer_id=row.pk)


def _profile(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "mission": facts["mission"], "people": facts["staff_words"], "leadership": facts["leadership"],
        "community_areas": facts["areas"], "languages": facts["languages"], "budget": facts["budget"],
        "city": "Chicago", "state": "IL", "phone": "312-555-0199",
    }  # fmt: skip


def _colleague(stage: Stage, administrator: str, word: str, about: dict[str, Any], host: str) -> None:
    """Invited by the administrator, the colleague makes an account and accepts."""
    second_factor = bool({"administrator", "signatory"} & set(about["roles"]))
    user = make_person(stage, word, about["name"], host, second_factor=second_factor)
    body = Body.acted_for(stage.actor(administrator))
    for role in about["roles"]:
        made = invitations.invite(actor=stage.actor(administrator), body=body, email=user.email, role=role)
        invitations.accept(actor=stage.actor(word), invitation_id=made.pk)
    stage.cast[word] = (user.pk, stage.cast[administrator][1])
    stage.roles_changed(word)


def _vault(stage: Stage, word: str, who: str, facts: dict[str, Any]) -> None:
    """The organization's papers, each with its file; those that expire with their day, counted from today."""
    wanted = dict(facts["papers"])
    if any(person.get("position") for person in facts["people"].values()):
        wanted["authority"] = None
    for kind, lapses in wanted.items():
        put_in_vault(stage, word, who, kind, lapses, facts)


def put_in_vault(stage: Stage, word: str, who: str, kind: str, lapses: int | None, facts: dict[str, Any]) -> None:
    """Receive one paper as PDF and add it to the vault."""
    actor, organization = stage.actor(who), stage.things[f"organization:{word}"]
    signer: dict[str, Any] = next((p for p in facts["people"].values() if p.get("position")), {})
    slots = {
        "name": facts["name"], "place": facts["place"], "since": facts["since"], "mission": facts["mission"],
        "ein": facts["ein"], "people": ", ".join(p["name"] for p in facts["people"].values() if "name" in p),
        "signer": signer.get("name", actor.name), "position": signer.get("position", ""),
    }  # fmt: skip
    title, paragraphs = papers.VAULT[kind]
    content = papers.pdf(title, [p.format(**slots) for p in paragraphs])
    file = documents.receive(actor, content, name=f"{title}.pdf".replace(",", ""))
    registered = stage.day(facts["registered"])
    documents.add_to_vault(
        actor,
        organization_id=organization.pk,
        kind=kind,
        title=title,
        file=file,
        issued_on=registered - timedelta(days=papers.ISSUED[kind]) if kind in papers.ISSUED else None,
        expires_on=stage.today + timedelta(days=lapses) if lapses is not None else None,
        details=papers.INSURANCE if kind == "insurance" else None,
    )


def _signatory(stage: Stage, word: str, facts: dict[str, Any]) -> None:
    """The administrator claims to sign with the board's resolution; a department looks at the paper and confirms."""
    actor = stage.actor(word)
    assert actor.organization_id is not None
    proof = proofs(actor.organization_id).filter(kind="authority").first() or proofs(actor.organization_id).get()
    claim = claims.claim_to_sign(
        actor=actor,
        organization_id=actor.organization_id,
        position=facts["people"][word]["position"],
        proof_id=proof.pk,
    )
    claims.decide_claim(actor=stage.actor("renee"), claim_id=claim.pk, accept=True)
    stage.roles_changed(word)
