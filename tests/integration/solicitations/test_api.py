"""The API: public notices and past contracts, one's own proposals, problem details, a valid OpenAPI description."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from procurement_portal.people.models.membership import Membership
from tests.cast import Cast, Person
from tests.factories.submissions import begin, open_solicitation
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
        ("/api/v1/proposals/", 401),
        ("/api/v1/past-contracts/none/", 404),
    ],
)
def test_errors_are_problem_details(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.json()["status"] == status and answer.json()["instance"].startswith("urn:reference:")


def test_the_api_says_what_it_serves_and_who_has_to_sign_in(cast: Cast, client: Client, as_: Any) -> None:
    listed = {row["name"]: row for row in client.get("/api/v1/").json()}
    assert {"solicitations", "past-contracts", "proposals", "schema"} <= set(listed)
    for name, row in listed.items():
        answer = client.get(row["url"])
        assert answer.status_code == (401 if row["sign_in"] else 200), name
        assert ("WWW-Authenticate" in answer) is row["sign_in"], name
    assert as_(cast.alice).get(listed["proposals"]["url"]).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(client: Client) -> None:
    asked = [client.get("/api/v1/", REMOTE_ADDR="203.0.113.9") for _ in range(121)]
    assert {answer.status_code for answer in asked[:-1]} == {200}
    refused = asked[-1]
    assert refused.status_code == 429 and refused["Content-Type"].startswith("application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 60 and refused.json()["status"] == 429
    assert client.get("/api/v1/", REMOTE_ADDR="203.0.113.10").status_code == 200, "others are not held up"


def test_a_role_for_one_answer_opens_the_list_with_that_answer_alone(cast: Cast, as_: Any) -> None:
    one, _other = (begin(cast.ben, open_solicitation(cast, title=title)) for title in ("One", "Other"))
    Membership.objects.create(
        user=cast.charlie.user, organization=cast.alpha, role="reader", scope_type=one.scope[0], scope_id=one.scope[1]
    )
    charlie = Person(cast.charlie.user, f"organization:{cast.alpha.pk}")
    assert [row["id"] for row in as_(charlie).get("/api/v1/proposals/").json()["results"]] == [one.pk]


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
