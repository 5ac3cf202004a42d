"""The pages of renewals: choosing, sending, answering, letting end; on a full batch a constant number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from solicitations.actions import ending, renewal, renewal_answer
from solicitations.models.renewal import RenewalBatch
from tests.cast import Cast, Person
from tests.factories import ways
from tests.factories.renewals import batch, item, running, sent

As = Callable[[Person], Client]
GIVEN = {"title": "Youth renewals", "kind": "renewal", "percent": "3", "reason": "As advertised."}


def read(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def test_from_the_list_of_contracts_to_a_batch_that_is_sent(cast: Cast, as_: As) -> None:
    near, far, spent = running(cast), running(cast, cast.beta, days=400), running(cast, renewals_left=0)
    dora = as_(cast.dora)
    assert reverse("solicitations:renewals") in read(dora, "/contracts/")
    page = read(dora, "/contracts/renewals/new/")
    assert near.title in page and far.title not in page and f"{spent.title}<" not in page
    assert f"{spent.title}<" in read(dora, "/contracts/renewals/new/?options=all&within=6")
    nothing = dora.post("/contracts/renewals/new/", GIVEN)
    assert nothing.status_code == 422 and "Choose at least one contract" in nothing.content.decode()
    made = dora.post("/contracts/renewals/new/", {**GIVEN, "contracts": [near.pk, far.pk, spent.pk]})
    row = RenewalBatch.objects.get()
    assert (made.status_code, made["Location"]) == (303, f"/contracts/renewals/{row.pk}/")
    page = read(dora, made["Location"])
    assert "Send 2 to their organizations" in page and "0 advertised renewals are left" in page
    assert dora.post(f"/contracts/renewals/{row.pk}/send/").status_code == 303
    again = dora.post(f"/contracts/renewals/{row.pk}/send/")  # what stays is looked at once more
    assert again.status_code == 303 and "Sent to the organization: 2" in read(dora, made["Location"])
    assert "Youth renewals" in read(dora, "/contracts/renewals/") and "Youth renewals" in read(
        dora, f"/contracts/{near.number}/"
    )


def test_what_differs_is_put_in_and_one_is_dropped(cast: Cast, as_: As) -> None:
    row = running(cast)
    made, dora = batch(cast, [row]), as_(cast.dora)
    url = f"/contracts/renewals/{made.pk}/{item(row).pk}/"
    assert "123,600.00" in read(dora, url) and "Keep these terms" not in read(as_(cast.lee), url)
    until = item(row).new_ends_on
    given = {
        "amount_change": "$125,000.00", "note": "With your rent.", "new_ends_on_month": str(until.month),
        "new_ends_on_day": str(until.day), "new_ends_on_year": str(until.year),
    }  # fmt: skip
    assert dora.post(url, given | {"amount_change": "a lot"}).status_code == 422
    assert dora.post(url, given).status_code == 303 and item(row).note == "With your rent."
    renewal.send(actor=cast.percy.actor, batch_id=made.pk)  # a colleague was faster: what was typed stays on the page
    late = dora.post(url, given | {"note": "With your new rent."})
    assert late.status_code == 409 and "With your new rent." in late.content.decode()
    assert dora.post(f"{url}drop/", {"why": ""}).status_code == 422
    assert dora.post(f"{url}drop/", {"why": "No need."}).status_code == 303
    assert "No need." in read(dora, url) and item(row).status == "dropped"
    for stranger in (cast.cora, cast.alice):
        assert as_(stranger).get(url).status_code in (403, 404)


def test_the_organization_finds_the_terms_where_it_looks_and_answers_them(cast: Cast, as_: As) -> None:
    row = running(cast)
    sent(cast, [row])
    ben, url = as_(cast.ben), f"/our-contracts/{row.pk}/renewals/{item(row).pk}/"
    for place in ("/", "/our-contracts/", f"/our-contracts/{row.pk}/"):
        assert url in read(ben, place), place
    assert "123,600.00" in read(ben, url) and "Confirm the terms" not in _buttons(read(as_(cast.rita), url))
    assert as_(cast.bob).get(url).status_code == 404
    assert ben.post(url, {"act": "ask", "offer": "1", "reply": ""}).status_code == 422
    assert ben.post(url, {"act": "ask", "offer": "1", "reply": "Rent rose."}).status_code == 303
    late = ben.post(url, {"act": "confirm", "offer": "1"})
    assert late.status_code == 409 and "answered or withdrawn" in late.content.decode()
    dora = as_(cast.dora)
    assert "Rent rose." in read(dora, f"/contracts/renewals/{item(row).batch_id}/")
    assert f"/contracts/renewals/{item(row).batch_id}/{item(row).pk}/" in read(as_(cast.percy), reverse("work"))


def _buttons(page: str) -> str:
    return " ".join(re.findall(r"<button[^>]*>(.*?)</button>", page.split("<main")[1]))


def test_confirmed_terms_lead_to_the_contract_and_stand_in_the_batch(cast: Cast, as_: As) -> None:
    row = running(cast)
    made = sent(cast, [row])
    url = f"/our-contracts/{row.pk}/renewals/{item(row).pk}/"
    answer = as_(cast.alice).post(url, {"act": "confirm", "offer": "1"})
    assert (answer.status_code, answer["Location"]) == (303, f"/our-contracts/{row.pk}/")
    page = read(as_(cast.dora), f"/contracts/renewals/{made.pk}/")
    assert "Confirmed, being checked" in page and "Waits at: " in page and "Law desk" in page


def test_letting_a_contract_end_is_read_on_both_sides(cast: Cast, as_: As) -> None:
    ways.desk(cast.family, "contracts", cast.dora.user)
    row, dora = running(cast, days=30), as_(cast.dora)
    ending.sweep()
    url = f"/contracts/{row.number}/ending/"
    assert url in read(dora, reverse("work")) and url in read(dora, f"/contracts/{row.number}/")
    page = read(dora, url)
    assert "Let it end" in _buttons(page) and f"?contract={row.pk}" in page and "Decided by" in page
    assert "Let it end" not in _buttons(read(as_(cast.lee), url))
    assert as_(cast.lee).post(url, {"act": "let_end", "why": "Mine."}).status_code == 403
    assert dora.post(url, {"act": "let_end", "why": "The grant ended."}).status_code == 303
    assert "The grant ended." in read(as_(cast.rita), f"/our-contracts/{row.pk}/")
    assert "Decided: it ends." in read(dora, "/contracts/renewals/new/")
    assert dora.post(url, {"act": "take_back", "why": "A new grant came."}).status_code == 303
    assert "The grant ended." not in read(as_(cast.rita), f"/our-contracts/{row.pk}/")


def test_full_pages_take_no_more_queries_than_short_ones(cast: Cast, as_: As) -> None:
    """A batch with as many contracts in preparation, sent, answered and confirmed as `more`; again with three times as many."""
    counts: list[dict[str, int]] = []
    dora, alice = as_(cast.dora), as_(cast.alice)
    for more in (1, 3):
        made = batch(cast, [running(cast) for _ in range(3 * more)])
        renewal.send(actor=cast.dora.actor, batch_id=made.pk)
        for number, row in enumerate(made.items.all()):
            if number % 3 == 0:
                renewal_answer.confirm(actor=cast.alice.actor, item_id=row.pk, number=1)
            elif number % 3 == 1:
                renewal_answer.ask_changes(actor=cast.alice.actor, item_id=row.pk, number=1, reply="Rent rose.")
                terms = {"amount_change": Decimal(1), "new_ends_on": row.new_ends_on}
                renewal.change_item(actor=cast.dora.actor, item_id=row.pk, **terms)
        pages = {
            f"/contracts/renewals/{made.pk}/": dora, "/contracts/renewals/": dora, "/contracts/renewals/new/": dora,
            "/our-contracts/": alice,
        }  # fmt: skip
        counts.append({})
        for url, client in pages.items():
            read(client, url)
            with CaptureQueriesContext(connection) as asked:
                read(client, url)
            counts[-1][url.replace(str(made.pk), "batch")] = len(asked)
    assert counts[0] == counts[1]
