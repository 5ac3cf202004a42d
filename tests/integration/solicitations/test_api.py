"""The API: public notices and past contracts, one's own proposals, problem details, a valid OpenAPI description."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.cast import Cast
from tests.integration.solicitations.test_find import notices

pytestmark = pytest.mark.django_db


def test_published_notices_are_served_page_by_page_and_drafts_are_not(cast: Cast, client: Client) -> None:
    notices(cast, 30)
    [draft] = notices(cast, 1, title="Hidden", status="draft", published_at=None, published_by=None, advertised_on=None)
    first = client.get("/api/v1/solicitations/").json()
    second = client.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert len(ids) == len(set(ids)) == 30 and draft.pk not in ids
    assert client.get(f"/api/v1/solicitations/{ids[0]}/").json()["community_areas"] == []
    assert first["results"][0]["amount_total"].count(".") == 1, "money is decimal text"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/solicitations/999999/", 404),
        ("/api/v1/solicitations/abc/", 404),
        ("/api/v1/solicitations/?department=x", 400),
        ("/api/v1/solicitations/?cursor=bad", 404),
        ("/api/v1/proposals/", 403),
        ("/api/v1/past-contracts/none/", 404),
    ],
)
def test_errors_are_problem_details(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["status"] == status and answer.json()["instance"].startswith("urn:reference:")


def test_writing_is_not_offered(client: Client) -> None:
    answer = client.post("/api/v1/solicitations/", {}, content_type="application/json")
    assert answer.status_code in (403, 405)
    assert answer["Content-Type"].startswith("application/problem+json")


def test_own_proposals_only(cast: Cast, as_: Any) -> None:
    assert as_(cast.alice).get("/api/v1/proposals/").json()["results"] == []
    assert as_(cast.dora).get("/api/v1/proposals/").status_code == 404
    assert as_(cast.charlie).get("/api/v1/proposals/").status_code == 404


def test_the_openapi_description_is_valid_and_warns_of_nothing(tmp_path: Any, client: Client) -> None:
    call_command("spectacular", file=str(tmp_path / "schema.yaml"), validate=True, fail_on_warn=True)
    assert client.get("/api/schema/").status_code == 200


def test_a_list_costs_the_same_queries_at_any_size(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    notices(cast, 60)
    with django_assert_max_num_queries(4):
        client.get("/api/v1/solicitations/")
