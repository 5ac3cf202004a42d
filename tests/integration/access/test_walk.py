"""The authorization walk (G1): every address × method × person × owner, and no canary of one in an answer to another.

The addresses come from the resolver, so a new one that nobody says how to fill fails. What each may open is the mark on the
view (docs/access.md lists them all); what each may see inside is checked here by what must never appear.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from procurement_portal.people.access import Access, access_of
from procurement_portal.people.actor import Actor
from solicitations.models.question import Question, Section
from solicitations.queries.opening import READERS
from tests.cast import Cast, Person
from tests.integration.access.world import World, canary, make_world

PUBLIC = "public"
OPENED = "opened"  # proposals of Alpha and Beta, opened by Family Services
LISTS_OPENED = {"/evaluation/meetings/"}  # whose list names them to the panel and its officers
# Who of the staff reads opened proposals there; everybody else reads no canary of an organization.
READS_OPENED = (
    "solicitations.manage_evaluation", "solicitations.recommend", "solicitations.review_budget",
    "solicitations.approve_award", "solicitations.evaluate", "audit.read",
)  # fmt: skip
Fill = Callable[[World], list[tuple[str, dict[str, Any]]]]


def _each(make: Callable[[Any], dict[str, Any]]) -> Fill:
    return lambda world: [(name, make(getattr(world, name))) for name in ("alpha", "beta")]


def _question(world: World, kind: str) -> int:
    return Question.objects.get(solicitation=world.notice, kind=kind).pk


def _members(world: World) -> list[tuple[str, dict[str, Any]]]:
    return [("alpha", {"pk": world.cast.alice.user.pk}), ("beta", {"pk": world.cast.bob.user.pk})]


def _roles(world: World) -> list[tuple[str, dict[str, Any]]]:
    people = (("alpha", world.cast.ben), ("beta", world.cast.bea))
    return [(name, {"pk": person.user.memberships.get().pk}) for name, person in people]


def _plans(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Every other value in a plan's address points nowhere: the plan itself decides who gets that far."""
    rest = {
        "pk": 0,
        "direction": "up",
        "what": "question",
        "topic": "texts",
        "key": "00000000-0000-0000-0000-000000000000",
        "position": 1,
    }
    return [
        ("family", {"number": world.draft.number, **rest}),
        ("family", {"number": world.evaluation.solicitation.number, **rest}),
        ("justice", {"number": world.county_draft.number, **rest}),
        (OPENED, {"number": world.decided.notice.number, **rest}),
    ]


def _after_opening(world: World) -> list[tuple[str, dict[str, Any]]]:
    return [(name, {"pk": getattr(world.decided, name).pk}) for name in ("alpha", "beta")]


def _contracts(world: World) -> list[tuple[str, dict[str, Any]]]:
    """The department's side: a contract belongs to its department, and to no organization."""
    contract, step = world.alpha.contract, world.alpha.step
    return [("family", {"number": contract.number, "pk": step.pk, "amendment": 0})]


def _awards(world: World, pk: int) -> list[tuple[str, dict[str, Any]]]:
    """The award or protest of the City's department, and the same number under the County's draft."""
    return [
        ("family", {"number": world.awarded.number, "pk": pk}),
        ("justice", {"number": world.county_draft.number, "pk": pk}),
    ]


def _anywhere(**values: Any) -> Fill:
    return lambda world: [(PUBLIC, values)]


def _panel(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Places on a panel and readings of it: Eva's own and somebody else's, which do not exist for her."""
    eva, other = world.evaluation.panel.order_by("pk")[:2]
    return [("eva", {"pk": eva.pk}), ("reader", {"pk": other.pk})]


def _readings(world: World) -> list[tuple[str, dict[str, Any]]]:
    eva, other = world.evaluation.panel.order_by("pk")[:2]
    return [("eva", {"pk": eva.assignments.first().pk}), ("reader", {"pk": other.assignments.first().pk})]


# The beginning of an address → what to fill in, and whose it is. The longest beginning wins.
FILLS: dict[str, Fill] = {
    "opportunities/<int:pk>": lambda w: [(PUBLIC, {"pk": w.notice.pk, "number": 1})],
    "opportunities/kept/<str:token>": _anywhere(token="nobody-was-given-this"),
    "past-contracts/": _anywhere(number="none", kind="csv"),
    "our-answers/<int:pk>": lambda w: [
        (
            name,
            {
                "pk": getattr(w, name).proposal.pk,
                "partner_id": getattr(w, name).partner.pk,
                "number": 1,
                "line_id": 0,
                "question_id": _question(w, "budget"),
                "section_id": Section.objects.filter(solicitation=w.notice).first().pk,
                "attachment_id": 0,
                "key": "wages",
            },
        )
        for name in ("alpha", "beta")
    ],
    "our-answers/<int:pk>/requests": _after_opening,
    "our-answers/<int:pk>/outcome": _after_opening,
    "evaluation/meetings/<int:pk>": lambda w: [(OPENED, {"pk": w.decided.meeting.pk})],
    "our-answers/<int:pk>/protest": _each(lambda e: {"pk": e.award.proposal.submission_id}),
    "awards/<int:pk>": _each(lambda e: {"pk": e.award.pk}),
    "results/<str:number>": lambda w: [(PUBLIC, {"number": w.awarded.number})],
    "plan/<str:number>/awards": lambda w: _awards(w, w.alpha.award.pk),
    "plan/<str:number>/protests": lambda w: _awards(w, w.protest.pk),
    "api/v1/awards/": lambda w: [(PUBLIC, {"pk": w.alpha.award.pk})],
    "our-answers/parts/<int:pk>": _each(lambda e: {"pk": e.partner.pk}),
    "organization/papers/<int:pk>": _each(lambda e: {"pk": e.document.pk}),
    "organization/papers/add/": _anywhere(kind="w9"),
    "organization/ventures/<int:pk>": _anywhere(pk=0),
    "files/<int:pk>": _each(lambda e: {"pk": e.file.pk, "name": "x.pdf"}),
    "plan/<str:number>": _plans,
    "evaluation/<int:pk>": _panel,
    "evaluation/readings/<int:pk>": _readings,
    "organization/board/<int:pk>": _each(lambda e: {"pk": e.board.pk}),
    "how-we-are-doing/": _anywhere(what="contracts"),
    "plan/copy/<int:pk>": lambda w: [(PUBLIC, {"pk": w.notice.pk})],
    "plan/template/<int:pk>": _anywhere(pk=0),
    "our-contracts/<int:pk>": _each(lambda e: {"pk": e.contract.pk, "amendment": 0, "step_id": e.step.pk}),
    "our-contracts/<int:pk>/renewals/": _each(lambda e: {"pk": e.renewal.contract_id, "item_id": e.renewal.pk}),
    "contracts/<str:number>": _contracts,
    "contracts/renewals/<int:pk>/": lambda w: [
        ("family", {"pk": w.alpha.renewal.batch_id, "item_id": w.alpha.renewal.pk})
    ],
    "contracts/make/<int:pk>/": _anywhere(pk=0),
    "awards/contracts/": lambda w: [(PUBLIC, {"number": w.alpha.contract.number})],  # not executed: nobody's page
    "api/v1/contracts/": _each(lambda e: {"number": e.contract.number}),
    "members/<int:pk>": _members,
    "members/roles/<int:pk>": _roles,
    "members/invitations/<int:pk>": _each(lambda e: {"pk": e.invitation.pk}),
    "you/invitations/<int:pk>": _each(lambda e: {"pk": e.invitation.pk}),
    "invitation/<str:token>": _anywhere(token="nobody-was-given-this"),
    "messages/": _each(lambda e: {"subject_type": "solicitations.submission", "subject_id": str(e.proposal.pk)}),
    "calendar/<str:token>.ics": _anywhere(token="nobody-was-given-this"),
    "readings/<str:key>": _anywhere(key="city.scope.delegate_funding"),
    "api/v1/solicitations/": lambda w: [(PUBLIC, {"pk": w.notice.pk})],
    "api/v1/past-contracts/": _anywhere(number="none"),
    "api/v1/proposals/": _each(lambda e: {"pk": e.proposal.pk}),
    # Numbers that nothing has: whoever may open the page finds nothing there.
    "": _anywhere(pk=0, user_id=0, token="none", key="none", reference="none", uidb36="1", slug="none", code="none"),
}
_PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Address:
    """One concrete address and whose it is."""

    pattern: str
    path: str
    owner: str
    access: Access


def _patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, here)
        elif isinstance(entry, URLPattern):
            yield here.removesuffix("$").removesuffix("\\Z"), entry.callback


def addresses(world: World) -> list[Address]:
    """Every route, filled in for each owner. A route with a part nobody can fill is an error."""
    found = []
    for pattern, view in _patterns():
        access = access_of(view)
        assert access is not None, f"undeclared: {pattern}"
        fill = FILLS[max((start for start in FILLS if pattern.startswith(start)), key=len)]
        for owner, values in fill(world) if _PART.search(pattern) else [(PUBLIC, {})]:
            path = _PART.sub(lambda m, v=values: str(v[m.group(1) or m.group(2)]), pattern)
            found.append(Address(pattern, "/" + path.replace("\\.", ".").rstrip("?"), owner, access))
    return found


class Known(Person):
    """A person whose rights are read once: asking for them anew at each of thousands of cells took as long as the walk."""

    @cached_property
    def actor(self) -> Actor:
        """As `Person.actor`."""
        return super().actor


def _client(person: Person | None, as_: Callable[[Person], Client]) -> Client:
    client = as_(person) if person else Client()
    client.raise_request_exception = False
    return client


def _text(answer: HttpResponseBase) -> str:
    parts = answer.streaming_content if getattr(answer, "streaming", False) else [answer.content]  # type: ignore[attr-defined]
    return b"".join(parts).decode("utf-8", "replace") + answer.get("Location", "")


def _belongs(person: Person | None, owner: str, cast: Cast) -> bool:
    """Whether a thing of this owner may be seen by this person at all."""
    if owner == PUBLIC:
        return True
    if person is None:
        return False
    if owner in ("eva", "reader"):  # what belongs to one person of the panel
        return owner == "eva" and person.user == cast.eva.user
    body = cast.family if owner == OPENED else getattr(cast, owner)
    if person.acting_as.endswith(f":{body.pk}") and person.acting_as.startswith(
        "org" if owner in ("alpha", "beta") else "dep"
    ):
        return True
    if owner in ("family", OPENED):  # offices that look across the City's departments
        return bool(person.actor.roles & {"chief_procurement_officer", "contract_compliance_officer", "auditor"})
    return False


def _forbidden(person: Person | None, world: World) -> list[str]:
    """The canaries this person must never read. Gamma is partner to both and sees its own parts."""
    cast = world.cast
    hidden = [name for name in ("alpha", "beta", "family", "justice") if not _belongs(person, name, cast)]
    reads = person is not None and (
        any(person.actor.can(permission) for permission in READERS) or person.user == cast.adam.user
    )
    if not reads or "family" in hidden:
        hidden.append("conflicted")
    if person is not None and person.acting_as == cast.gus.acting_as:
        hidden = [name for name in hidden if name not in ("alpha", "beta")]
    return [canary(name) for name in hidden]


# Engagements name the organizations audited: to the portal administrator who gives them and to the auditor who holds them.
NAMES_ORGANIZATIONS = {"/audit/engagements/", "/audit/engagements/new/"}
# A contract's department reads whom it is with and what was agreed; so do the offices that look across.
OF_THE_DEPARTMENT = "/contracts/"
# Pages that name who was awarded; the work queue names them in what is due.
AWARD_PAGES = (
    "awards/", "results/", "api/v1/awards/", "api/v1/contracts/", "plan/<str:number>/awards", "plan/<str:number>/protests", "my-work/",
)  # fmt: skip
GROUPS = ("anonymous", "organizations", "officers", "others")


def _people(group: str, cast: Cast) -> dict[str, Person | None]:
    everybody = {name: Known(person.user, person.acting_as) for name, person in cast.everybody().items()}
    if group == "anonymous":
        return {"anonymous": None, "charlie": everybody["charlie"]}
    organizations = {"alice", "ben", "fiona", "rita", "bob", "bea", "gus"}
    officers = {"dora", "percy", "petra", "eva", "dan", "fay", "lee"}
    if group == "others":
        return {n: p for n, p in everybody.items() if n not in organizations | officers | {"charlie"}}
    return {n: everybody[n] for n in sorted(organizations if group == "organizations" else officers)}


@pytest.mark.django_db
@pytest.mark.parametrize("group", GROUPS)
def test_nobody_opens_or_reads_what_is_not_theirs(group: str, cast: Cast, as_: Any, capsys: Any) -> None:
    world = make_world(cast)
    places = addresses(world)
    people = _people(group, cast)
    faults: list[str] = []
    cells: Counter[str] = Counter()
    for name, person in people.items():
        client = _client(person, as_)
        signed_in = copy.deepcopy(client.cookies)
        hidden = _forbidden(person, world)
        for place in places:
            for method in ("get", "post"):
                saved = transaction.savepoint()
                answer = getattr(client, method)(place.path)
                body = _text(answer)
                transaction.savepoint_rollback(saved)
                client.cookies = copy.deepcopy(signed_in)  # signing out is an address like any other
                cells[method] += 1
                faults += [
                    f"{name} {method} {place.path}: {why}" for why in _faults(answer, body, person, place, hidden, cast)
                ]
    total = len(people) * len(places) * 2
    with capsys.disabled():
        print(
            f"\nauthorization walk, {group}: {len(places)} addresses x 2 methods x {len(people)} people = {total} cells, {len(faults)} faults"
        )
    assert faults == [], "\n".join(faults[:60])
    assert sum(cells.values()) == total


def _announced(
    body: str, hidden: list[str], person: Person | None, place: Address, cast: Cast
) -> tuple[str, list[str]]:
    """An announced award publishes its organization's name and nothing else; the department reads its other side too."""
    if not place.pattern.startswith(AWARD_PAGES):
        return body, hidden
    for word in hidden:
        body = body.replace(f"{word} organization", "")
    if place.owner == "family" and person is not None and _belongs(person, "family", cast):
        hidden = [word for word in hidden if word not in (canary("alpha"), canary("beta"))]
    return body, hidden


def _faults(
    answer: HttpResponseBase, body: str, person: Person | None, place: Address, hidden: list[str], cast: Cast
) -> Iterator[str]:
    status = answer.status_code
    if status >= 500:
        yield f"status {status}"
    reads = person is not None and any(person.actor.can(permission) for permission in READS_OPENED)
    if (place.owner == OPENED or place.path in LISTS_OPENED) and reads and _belongs(person, OPENED, cast):
        hidden = [word for word in hidden if word not in (canary("alpha"), canary("beta"))]
    body, hidden = _announced(body, hidden, person, place, cast)
    for word in hidden:
        named = place.path in NAMES_ORGANIZATIONS and person is not None
        named = named or (place.path.startswith(OF_THE_DEPARTMENT) and _belongs(person, "family", cast))
        if word in body and not named:
            yield f"shows {word}"
    asked = place.access.permission
    if not asked:
        return
    if person is None:
        if status not in (302, 401, 403, 404, 405):
            yield f"answers {status} to somebody who is not signed in"
        elif status == 302 and "login" not in answer.get("Location", ""):
            yield f"sends somebody who is not signed in to {answer['Location']}"
        return
    may = person.actor.can(asked)
    if not may and status != 404:
        yield f"answers {status} without the permission {asked}"
    own = _belongs(person, place.owner, cast) or (person.acting_as == cast.gus.acting_as and "parts/" in place.path)
    if may and not own and status not in (404, 405, 302):
        yield f"answers {status} for a thing of {place.owner}"
