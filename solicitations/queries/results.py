"""The public results of a solicitation: who was awarded, and the tally's rows, enough for anybody to compute it again.

Nothing exists here before the awards are announced. Proposals that were neither awarded nor put on the waiting list are
named by their place in the order of receipt alone; readers by a pseudonym.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import ProtestWindow
from solicitations.models.scoring import Tally
from solicitations.models.solicitation import Solicitation
from solicitations.queries.letters import approved
from solicitations.queries.solicitation import published
from solicitations.queries.tally import proposal_name, result_rows
from solicitations.states import SolicitationState

COLUMNS = (
    "proposal", "organization", "reader", "criterion", "criterion_name", "weight", "max_points", "minimum", "points",
    "total", "rank",
)  # fmt: skip


def announced(actor: Actor) -> QuerySet[Solicitation]:
    """Solicitations whose awards were announced: for everybody."""
    return published(actor).filter(status=SolicitationState.AWARDED)


def decided(actor: Actor) -> QuerySet[Solicitation]:
    """Solicitations about which a decision was announced: awarded, ended without award, or evaluated again after a protest."""
    known = Q(status__in=[SolicitationState.AWARDED, SolicitationState.CLOSED_WITHOUT_AWARD])
    known |= Q(Exists(ProtestWindow.objects.filter(solicitation=OuterRef("pk"))))
    return published(actor).filter(known).select_related("closed_without_award")


def tally_of(solicitation: Solicitation) -> Tally | None:
    """The tally the approved recommendation rests on."""
    made = approved(solicitation.pk)
    return made.tally if made else None


def names(solicitation: Solicitation) -> dict[str, str]:
    """The tally's name of a proposal → its organization, for those who were awarded or wait."""
    rows = OpenedProposal.objects.filter(awards__solicitation=solicitation).select_related("organization").distinct()
    return {proposal_name(p.position): p.organization.name for p in rows}


def published_tally(solicitation: Solicitation, tally: Tally) -> dict[str, Any]:
    """The JSON: the tally's content as it was digested, and who stands behind which name."""
    return {
        "solicitation": solicitation.number,
        "title": solicitation.title,
        "tally": tally.number,
        "sha256": tally.sha256,
        "organizations": names(solicitation),
        "content": tally.content,
    }


def tally_rows(solicitation: Solicitation, tally: Tally) -> list[dict[str, Any]]:
    """The CSV: one row a proposal, reader and criterion, with the published total and rank beside it."""
    known, criteria = names(solicitation), {c["id"]: c for c in tally.content["criteria"]}
    results = {proposal_name(position): found for position, found in result_rows(tally).items()}
    return [
        {
            "proposal": row["proposal"],
            "organization": known.get(row["proposal"], ""),
            "reader": row["reader"],
            "criterion": row["criterion"],
            "criterion_name": criteria[row["criterion"]]["name"],
            "weight": criteria[row["criterion"]]["weight"],
            "max_points": criteria[row["criterion"]]["max_points"],
            "minimum": criteria[row["criterion"]]["minimum"] or "",
            "points": row["points"],
            "total": results[row["proposal"]]["shown_total"],
            "rank": results[row["proposal"]]["rank"],
        }
        for row in tally.content["scores"]
    ]


def ranking(solicitation: Solicitation, tally: Tally) -> list[dict[str, Any]]:
    """Rank, name, total, for the page."""
    known = names(solicitation)
    return [
        {
            "rank": found["rank"],
            "proposal": found["proposal"],
            "organization": known.get(found["proposal"], ""),
            "total": found["shown_total"],
        }
        for found in tally.content["result"]["proposals"]
    ]
