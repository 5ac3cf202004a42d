"""The plan of who reads what: equal numbers, conflicts avoided, the same every time."""

from __future__ import annotations

import time

from solicitations.queries.assignment import REST, Reader, make_plan, team_of


def test_three_hundred_fifty_proposals_are_shared_equally_among_twelve_readers_in_seconds() -> None:
    members = [Reader(n) for n in range(1, 13)]
    blocked = {(m, p) for m in range(1, 13) for p in range(1, 351) if (m * 7 + p) % 11 == 0}
    began = time.process_time()
    plan = make_plan({p: [] for p in range(1, 351)}, members, {}, blocked, 3, "seed")
    assert time.process_time() - began < 5
    loads = plan.loads().values()
    assert (sum(loads), plan.short, max(loads) - min(loads) <= 1) == (1050, {}, True)
    assert all(len(set(readers)) == 3 for readers in plan.chosen.values())
    assert not any((m, p) in blocked for p, readers in plan.chosen.items() for m in readers)


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    def plan(seed: str) -> dict[int, list[int]]:
        return make_plan({p: [] for p in range(30)}, [Reader(n) for n in range(5)], {}, set(), 2, seed).chosen

    assert plan("a") == plan("a") != plan("b")


def test_a_proposal_with_too_few_possible_readers_is_named() -> None:
    plan = make_plan({1: [], 2: []}, [Reader(1), Reader(2)], {}, {(2, 1)}, 2, "s")
    assert (plan.chosen[1], sorted(plan.chosen[2]), plan.short) == ([1], [1, 2], {1: 1})


def test_loads_are_evened_out_over_a_third_reader_where_a_conflict_stands_between() -> None:
    # Reader 1 may read everything, 2 only proposals 1 to 4, 3 only proposals 3 to 6.
    blocked = {(2, 5), (2, 6), (3, 1), (3, 2)}
    plan = make_plan({p: [] for p in range(1, 7)}, [Reader(1), Reader(2), Reader(3)], {}, blocked, 1, "s")
    assert plan.loads() == {1: 2, 2: 2, 3: 2}


def test_teams_read_the_areas_they_share_most_and_one_reads_the_rest() -> None:
    teams = {10: [1, 2, 3], 20: [3, 4], 30: []}
    assert [team_of(areas, teams) for areas in ([1, 3], [4], [77], [])] == [10, 20, 30, 30]
    assert team_of([77], {10: [1]}) == REST
    members = [Reader(1, 10), Reader(2, 20), Reader(3, 30)]
    plan = make_plan({1: [1], 2: [4], 3: [70]}, members, teams, set(), 1, "s")
    assert plan.chosen == {1: [1], 2: [2], 3: [3]}
