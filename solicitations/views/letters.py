"""The outcome for one proposer: the decision, its own debrief, the letter."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import words
from procurement_portal.web.pieces import Fact
from procurement_portal.web.shell import Crumb
from solicitations.models.award import DecisionLetter
from solicitations.queries import letters as queries
from solicitations.queries.award import own as own_awards
from solicitations.queries.award import window_of
from solicitations.queries.submission import own
from solicitations.states import AwardState
from solicitations.views.answers import crumbs
from solicitations.views.award import protest_link, window_clock
from solicitations.workflow.award import AWARD

_DECISIONS = {
    "award": gettext_lazy("Award"),
    "waiting": gettext_lazy("Waiting list"),
    "regret": gettext_lazy("No award"),
}


@requires("proposals.view")
@require_safe
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided on one's own proposal, with its points, rank and the readers' comments."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    letters = list(queries.own(actor).filter(proposal__submission=submission))
    crumbs(request, submission, Crumb(_("Outcome")))
    letter = letters[0] if letters else None
    window = window_of(submission.solicitation) if letter else None
    context = {
        "submission": submission,
        "letters": letters,
        "letter": letter,
        "told": letter.content if letter else None,
        "facts": _facts(letter) if letter else [],
        "awards": [(row, AWARD.public[AwardState(row.status)]) for row in own_awards(actor).filter(proposal__submission=submission)],
        "window": window, "clock": window_clock(window),
        "protest": protest_link(actor, submission, window) if letter else "",
        "decisions": [
            (one, Decimal(one["amount"]) if one["amount"] else None) for one in letter.content["decisions"]
        ] if letter else [],
    }  # fmt: skip
    return render(request, "solicitations/outcome/page.html", context)


def _facts(letter: DecisionLetter) -> list[Fact]:
    told = letter.content
    if told["rank"] is None:
        return [Fact(_("Proposals received"), told["received"])]
    rank = _("%(rank)s of %(of)s") % {"rank": told["rank"], "of": told["of"]}
    return [
        Fact(_("Decision"), _DECISIONS[letter.kind]),
        Fact(_("Total of 100"), told["total"]),
        Fact(_("Rank"), rank),
        Fact(_("Called in the published tally"), told["proposal"]),
        Fact(_("Decided"), words.instant(letter.made_at)),
    ]


patterns = [path("our-answers/<int:pk>/outcome/", outcome, name="outcome")]
