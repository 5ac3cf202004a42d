"""What the benches measure in time is gated here by exact counts, on full pages: the same however many rows there are."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from procurement_portal.management.bench import figures, run, seed
from procurement_portal.management.bench.jobs import detail, public_list, staff_queue
from procurement_portal.management.bench.records import records
from procurement_portal.people.actor import Actor
from solicitations.queries import find

pytestmark = pytest.mark.django_db


def _paths_and_counts() -> dict[str, int]:
    cookie, desk = staff_queue.staff_cookie()
    public = [public_list.LIST + asked for asked in ("", *public_list.ASKED) if "page" not in asked]
    past = [public_list.REGISTER + asked for asked in public_list.ASKED_REGISTER if "page" not in asked]
    found = {path: staff_queue.queries_of("", path) for path in public + past}
    return found | {path: staff_queue.queries_of(cookie, path) for path in staff_queue.addresses(desk)}


def test_every_filter_and_order_costs_the_same_few_statements_at_any_size() -> None:
    seed.fill(100)
    _paths_and_counts()  # what is drawn once a language is drawn
    few = _paths_and_counts()
    seed.fill(1000)
    _paths_and_counts()
    many = _paths_and_counts()
    assert len(list(find.found(Actor.public(), find.Search())[:26])) == 26, "a full page and more"
    cookie, _desk = staff_queue.staff_cookie()
    queue = Client(HTTP_COOKIE=cookie).get("/my-work/").content
    assert queue.count(b'class="p-work__what"') == 60, "a full page of mine and ten of what others hold"
    more = {path: (few[path], count) for path, count in many.items() if count > few[path]}
    assert not more, "these cost more statements with more rows"
    plain = {path: many[path] for path in (public_list.LIST, public_list.REGISTER)}
    assert plain == {public_list.LIST: 3, public_list.REGISTER: 3}
    public = {path: count for path, count in many.items() if path.startswith(("/opportunities/", "/past-contracts/"))}
    assert max(public.values()) <= public_list.MOST_QUERIES, public
    assert max(many.values()) <= staff_queue.MOST_QUERIES, many


def test_a_record_costs_the_same_few_statements_with_ten_and_with_two_hundred_of_everything() -> None:
    seed.fill(100)
    few, many = records(detail.FEW), records(detail.MANY)
    for one in (*few, *many):
        staff_queue.queries_of(one.cookie, one.path)
    counts = {one.name: staff_queue.queries_of(one.cookie, one.path) for one in few}
    assert {one.name: staff_queue.queries_of(one.cookie, one.path) for one in many} == counts
    assert max(counts.values()) <= detail.MOST_QUERIES, counts
    page = Client(HTTP_COOKIE=many[0].cookie).get(many[0].path).content
    assert page.count(b".pdf</a>") == detail.MANY and page.count(b"The weeks are named.") == detail.MANY
    assert page.count(b"<time") == 50, "the newest acts of the history"
    contract = Client(HTTP_COOKIE=many[2].cookie).get(many[2].path).content
    assert contract.count(b"Download (PDF)") == detail.MANY


def test_only_the_newest_matches_are_ranked_and_the_count_still_says_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seed.fill(400)
    search = find.Search(text="community", phase="all")
    every = find.found(Actor.public(), find.Search(text="community", phase="all", sort="newest"))
    monkeypatch.setattr(find, "MOST_RANKED", 30)
    ranked = list(find.found(Actor.public(), search))
    assert every.count() > 30 and len(ranked) == 30
    assert {row.pk for row in ranked} == {row.pk for row in every[:30]}


def test_a_notice_without_an_amount_comes_last_among_the_largest() -> None:
    seed.fill(100)
    table = seed.model("solicitations.Solicitation")
    last = table.objects.filter(status="published").first()
    table.objects.filter(pk=last.pk).update(amount_total=None)
    assert list(find.found(Actor.public(), find.Search(sort="amount")))[-1].pk == last.pk


def test_a_figure_is_one_line_of_json_and_knows_whether_its_goal_is_met() -> None:
    missed = figures.at_most(2, "statements", 13, 12, "statements")
    assert json.loads(missed.line()) == {
        "job": 2, "figure": "statements", "value": 13, "unit": "statements", "goal": "<= 12", "ok": False,
    }  # fmt: skip
    assert figures.at_least(1, "rate", 0.6, 0.6, "of its rate").ok is True
    assert figures.told(1, "rate", 5, "a second").ok is None
    assert figures.quantile([float(n) for n in range(100)], 0.95) == 95


def test_a_number_that_is_no_job_is_told() -> None:
    with pytest.raises(CommandError, match="no job 99"):
        run.run([99], 1, print)


def test_the_benches_refuse_where_people_work(settings: object) -> None:
    settings.EMBEDDED = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("bench")
