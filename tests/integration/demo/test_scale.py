"""The demo at scale, in small: the statements that make a hundred thousand rows make three hundred true ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.apps import apps

from procurement_portal.management.demo import scale
from procurement_portal.management.demo.load import NotHere
from procurement_portal.management.demo.stage import Stage
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from solicitations.queries.submission import own, value_of


def rows(name: str) -> Any:
    """All rows of a model by "app.Name"."""
    return apps.get_model(name).objects.all()


@pytest.fixture(scope="module")
def filled(stage: Stage) -> None:
    scale.fill(solicitations=300, proposals=200, past_contracts=50)


def test_states_areas_and_due_dates_are_spread(filled: None) -> None:
    made = rows("solicitations.Solicitation").filter(number__startswith=scale.MARK)
    assert made.count() == 300
    states = Counter(made.values_list("status", flat=True))
    assert states["awarded"] > 150 and states["published"] >= 15 and states["draft"] >= 3
    assert not made.filter(status="published", due_at__lt=now()).exists()
    assert not made.filter(status="closed", due_at__gt=now()).exists()
    assert len(set(rows("solicitations.ServiceArea").values_list("area", flat=True))) == 77
    assert len(set(made.values_list("service_category", flat=True))) > 6


def test_proposals_open_with_their_own_keys(filled: None) -> None:
    made = own(Actor.system("test")).filter(solicitation__number__startswith=scale.MARK)
    assert made.count() == 200
    assert len(set(made.values_list("data_key_id", flat=True))) == 200
    for submission in made[:5]:
        answer = rows("solicitations.Answer").select_related("question").get(submission=submission)
        assert value_of(submission, answer).startswith("We work")
    submitted = made.filter(status="submitted").count()
    assert rows("solicitations.SubmittedVersion").filter(submission__in=made).count() == submitted > 100


def test_past_contracts_came_by_the_import(filled: None) -> None:
    in_the_demo = 96  # contracts of the demo's own invented file
    assert rows("solicitations.RegisterContract").count() == in_the_demo + 50
    assert rows("solicitations.RegisterRow").filter(staged=False).count() > 50


def test_a_second_time_is_refused(filled: None) -> None:
    with pytest.raises(NotHere, match="already"):
        scale.fill()
