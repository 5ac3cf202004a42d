"""The pages of the way in a real browser: no axe finding at three widths, nothing sideways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procurement_portal.people.actor import Actor
from procurement_portal.time import clock
from solicitations.actions import way as actions
from tests.cast import Cast
from tests.factories import ways

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_sides_and_the_public_follow_the_way(town: Cast, come: Any) -> None:
    ways.year(town, [7] * 6 + [28] * 4)
    row = ways.going(town, starts_on=clock.today() + timedelta(days=10), title="Warm meals for older people at home")
    ways.going(town)
    actions.recompute(actor=Actor.system("test"), contract_id=row.pk)
    dora, rita, anybody = come(town.dora), come(town.rita), come()
    dora.go("/contracts/way/", look="way-department")
    dora.link(row.title, look="way-contract")
    dora.page.locator("main summary", has_text="Why?").first.click()
    dora.reads("Four of five are executed by", "The first day may not be met")
    dora.look("way-contract-why")
    rita.go(f"/our-contracts/{row.pk}/", look="our-contract-way")
    rita.link("What each step took", look="way-own")
    year = clock.today().year
    anybody.go(f"/how-we-are-doing/?year={year}", look="how-we-are-doing")
