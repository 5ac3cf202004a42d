"""A batch of renewals from the list of contracts to a confirmed amendment, and a contract that is let end; every page looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from procurement_portal.time import clock
from solicitations.actions import ending
from solicitations.models.renewal import RenewalBatch
from tests.cast import Cast
from tests.factories import ways
from tests.factories.renewals import item, running

pytestmark = pytest.mark.django_db(transaction=True)


def test_renewals_are_chosen_sent_answered_and_confirmed(town: Cast, come: Callable) -> None:
    ours, theirs, spent = running(town), running(town, town.beta), running(town, town.gamma, renewals_left=0)
    dora, ben, bob = come(town.dora), come(town.ben), come(town.bob, java_script_enabled=False)
    dora.go("/contracts/")
    dora.link("Renewals, extensions and amendments together", look="renewals-empty")
    dora.link("Choose contracts to renew")
    dora.go("/contracts/renewals/new/?options=all", look="renewals-new")
    dora.put(contracts=[ours.pk, theirs.pk, spent.pk], percent="3", reason="As advertised.")
    dora.button("Keep the batch", look="renewal-batch-draft")
    dora.link("Gamma Common Ground Fund", look="renewal-item")
    dora.link("Drop it from the batch", look="renewal-drop")
    dora.put(why="No option is left.")
    dora.button("Drop it")
    dora.button("Send 2 to their organizations", look="renewal-batch-sent")
    ben.go("/")
    ben.link("Confirm the terms or say what should be different", look="our-renewal")
    ben.put(reply="The rent rose by $2,000.")
    ben.button("Ask for changes", look="our-renewal-asked")
    bob.go(f"/our-contracts/{theirs.pk}/")
    bob.link("Confirm the terms or say what should be different")
    bob.button("Confirm the terms")
    bob.reads("The way of amendment 1")
    batch = RenewalBatch.objects.get()
    dora.go(f"/contracts/renewals/{batch.pk}/", look="renewal-batch-answered")
    dora.link("Alpha Youth Collective", look="renewal-item-asked")
    dora.put(amount_change="125,600.00", note="With your rent.")
    dora.button("Keep these terms")
    dora.button("Send 1 to its organization")
    ben.go(f"/our-contracts/{ours.pk}/renewals/{item(ours).pk}/", look="our-renewal-again")
    ben.button("Confirm the terms", look="our-contract-renewed")
    dora.go("/contracts/renewals/", look="renewals")


def test_a_contract_is_let_end_from_the_work_queue(town: Cast, come: Callable) -> None:
    ways.desk(town.family, "contracts", town.dora.user)
    row = running(town, days=30)
    ending.sweep()
    dora, rita = come(town.dora), come(town.rita)
    dora.go("/my-work/")
    dora.link(f"Decide whether {row.number} is renewed or ends", look="contract-ending")
    dora.put(why="The grant ended.")
    dora.button("Let it end", look="contract-let-end")
    rita.go(f"/our-contracts/{row.pk}/", look="our-contract-ends")
    rita.reads("This contract ends and is not renewed")
    assert row.ends_on == clock.today() + timedelta(days=30)
