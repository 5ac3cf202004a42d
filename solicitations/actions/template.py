"""Begin a draft from what is there: a solicitation or a citywide template."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Refused
from solicitations.actions.criteria_library import new_edition
from solicitations.actions.solicitation import decide_scope, draft
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.criterion import Criterion
from solicitations.models.facts import FundingShare, Lot, RequiredDocument, ServiceArea
from solicitations.models.question import Question, Section
from solicitations.models.solicitation import Solicitation
from solicitations.queries.criteria_library import current_items
from solicitations.queries.solicitation import visible
from solicitations.queries.version import snapshot
from solicitations.states import LibraryKind

# What a new notice takes over from an old one: everything but its number, its dates and its estimate.
COPIED = (
    "summary", "purpose", "services", "eligibility", "contract_kind", "awarded_by", "financial", "social_services",
    "targeted_community", "pass_through", "target_market", "awards_expected_min", "awards_expected_max", "term_months",
    "renewals_count", "renewal_months", "languages", "unconfirmed_rule",
)  # fmt: skip
COPIED_MONEY = ("amount_total", "award_min", "award_max")


@transaction.atomic
def copy(*, actor: Actor, source_id: int, title: str) -> Solicitation:
    """A new draft in the actor's department with everything of another solicitation but number, dates and estimate.

    Any published solicitation can be copied, and unpublished ones the actor may see. Questions keep their keys.
    Raises Refused, Invalid, Http404.
    """
    source = found_or_404(visible(actor), pk=source_id)
    row = draft(actor=actor, title=title, method=source.method, service_category=source.service_category)
    content = snapshot(source)
    fill(row, content)
    row.copied_from = source
    row.save(update_fields=["copied_from"])
    _link_library(actor, row, source)
    decide_scope(row)
    record(actor, "solicitation.copy", row, after={"from": source.number})
    return row


@transaction.atomic
def begin_from_template(*, actor: Actor, item_id: int, title: str, service_category: str) -> Solicitation:
    """A new draft from a citywide template. Raises Refused, Invalid, Http404."""
    item = found_or_404(current_items(actor), pk=item_id, kind=LibraryKind.TEMPLATE)
    row = draft(actor=actor, title=title, method=item.body["facts"]["method"], service_category=service_category)
    fill(row, item.body)
    _link_by_code(actor, row, item.body)
    decide_scope(row)
    record(actor, "solicitation.from_template", row, after={"template": item.code, "edition": item.edition})
    return row


@transaction.atomic
def keep_as_template(*, actor: Actor, solicitation_id: int, code: str, title: str, guidance: str) -> LibraryItem:
    """Make a published solicitation a template of its government, as the next edition where a template has the code.

    Raises Refused (not published, not the actor's government, not `templates.manage`), Invalid, Http404.
    """
    source = found_or_404(visible(actor), pk=solicitation_id)
    if not source.is_public:
        raise Refused(_("Only a published solicitation becomes a template."))
    if source.department.jurisdiction != actor.jurisdiction:
        raise Refused(
            _("This notice is the other government's; its own Chief Procurement Officer keeps templates of it.")
        )
    return new_edition(
        actor=actor, code=code, kind=LibraryKind.TEMPLATE, jurisdiction=source.department.jurisdiction, title=title,
        guidance=guidance, body=snapshot(source) | _library_by_code(source), expected=False,
    )  # fmt: skip


def fill(row: Solicitation, content: Mapping[str, Any]) -> None:
    """Write the parts of a version (`queries.version.snapshot`) into an empty draft; missing parts stay empty."""
    facts = content.get("facts", {})
    for name in COPIED:
        if name in facts:
            setattr(row, name, facts[name])
    for name in COPIED_MONEY:
        if facts.get(name) is not None:
            setattr(row, name, Decimal(facts[name]))
    row.save(update_fields=[*COPIED, *COPIED_MONEY])
    ServiceArea.objects.bulk_create(ServiceArea(solicitation=row, area=area) for area in content.get("areas", []))
    FundingShare.objects.bulk_create(
        FundingShare(solicitation=row, source=s["source"], program=s["program"], fraction=Decimal(s["fraction"]))
        for s in content.get("funding", [])
    )
    Lot.objects.bulk_create(
        Lot(
            solicitation=row,
            position=lot["position"],
            title=lot["title"],
            amount=Decimal(lot["amount"]) if lot["amount"] else None,
        )
        for lot in content.get("lots", [])
    )
    RequiredDocument.objects.bulk_create(RequiredDocument(solicitation=row, **d) for d in content.get("documents", []))
    criteria = {c["position"]: _criterion(row, c) for c in content.get("criteria", [])}
    Criterion.objects.bulk_create(criteria.values())
    sections = {s["position"]: Section(solicitation=row, **s) for s in content.get("sections", [])}
    Section.objects.bulk_create(sections.values())
    Question.objects.bulk_create(_question(row, q, sections, criteria) for q in content.get("questions", []))


def _criterion(row: Solicitation, data: Mapping[str, Any]) -> Criterion:
    return Criterion(
        solicitation=row,
        position=data["position"],
        name=data["name"],
        description=data["description"],
        weight=Decimal(data["weight"]),
        max_points=data["max_points"],
        minimum=None if data["minimum"] is None else Decimal(data["minimum"]),
        anchors=data["anchors"],
    )


def _question(
    row: Solicitation, data: Mapping[str, Any], sections: Mapping[int, Section], criteria: Mapping[int, Criterion]
) -> Question:
    return Question(
        solicitation=row,
        section=sections[data["section"]],
        key=UUID(data["key"]),
        position=data["position"],
        kind=data["kind"],
        prompt=data["prompt"],
        hint=data["hint"],
        required=data["required"],
        marking=data["marking"],
        criterion=criteria.get(data["criterion"]),
        options=data["options"],
        word_limit=data["word_limit"],
    )


def _link_library(actor: Actor, row: Solicitation, source: Solicitation) -> None:
    """Criteria from the library stay linked while their item is in force there, with the source's departures."""
    current = {item.pk: item for item in current_items(actor)}
    by_position = {c.position: c.citywide_item_id for c in source.criteria.all() if c.citywide_item_id in current}
    for criterion in row.criteria.filter(position__in=by_position):
        criterion.citywide_item_id = by_position[criterion.position]
        criterion.save(update_fields=["citywide_item"])
    Departure.objects.bulk_create(
        Departure(solicitation=row, item_id=d.item_id, way=d.way, reason=d.reason, made_by_id=actor.user_id)
        for d in Departure.objects.filter(solicitation=source, item_id__in=current)
    )


def _library_by_code(source: Solicitation) -> dict[str, Any]:
    """Which criteria come from the library and where the notice departs from it, by code: a template outlives editions."""
    linked = source.criteria.filter(citywide_item__isnull=False).select_related("citywide_item")
    departures = Departure.objects.filter(solicitation=source).select_related("item")
    return {
        "library": {str(c.position): c.citywide_item.code for c in linked if c.citywide_item is not None},
        "departures": [{"code": d.item.code, "way": d.way, "reason": d.reason} for d in departures],
    }


def _link_by_code(actor: Actor, row: Solicitation, body: Mapping[str, Any]) -> None:
    """Criteria of a template belong to the edition in force of their library item, with the template's departures."""
    current = {item.code: item for item in current_items(actor)}
    for criterion in row.criteria.all():
        item = current.get(body.get("library", {}).get(str(criterion.position), ""))
        if item is not None:
            criterion.citywide_item = item
            criterion.save(update_fields=["citywide_item"])
    Departure.objects.bulk_create(
        Departure(solicitation=row, item=current[d["code"]], way=d["way"], reason=d["reason"], made_by_id=actor.user_id)
        for d in body.get("departures", ())
        if d["code"] in current
    )
