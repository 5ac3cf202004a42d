"""Board and leadership: named by the organization, once a person; taken off, the row stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from procurement_portal.people.actions import board
from procurement_portal.people.models.board import BoardMember
from procurement_portal.people.queries.board import board as named
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast


def test_a_person_is_named_once_however_the_name_is_written(cast: Cast) -> None:
    board.add(actor=cast.alice.actor, name=" José  Núñez ", title="Chair")
    with pytest.raises(Invalid):
        board.add(actor=cast.alice.actor, name="jose nunez")
    with pytest.raises(Invalid):
        board.add(actor=cast.alice.actor, name=" ")
    assert [m.name for m in named(cast.rita.actor, cast.alpha.pk)] == ["José Núñez"]


def test_readers_and_others_do_not_name_or_see(cast: Cast, as_: Any) -> None:
    row = board.add(actor=cast.alice.actor, name="Nora Chair")
    with pytest.raises(Refused):
        board.add(actor=cast.rita.actor, name="Somebody")
    with pytest.raises(BoardMember.DoesNotExist):
        board.remove(actor=cast.bob.actor, member_id=row.pk)
    assert not named(cast.bob.actor, cast.alpha.pk).exists()
    assert "Nora Chair" not in as_(cast.bob).get(reverse("people:board")).content.decode()


def test_taken_off_the_row_stays_and_the_name_can_come_back(cast: Cast) -> None:
    row = board.add(actor=cast.alice.actor, name="Nora Chair")
    board.remove(actor=cast.alice.actor, member_id=row.pk)
    with pytest.raises(Conflict):
        board.remove(actor=cast.alice.actor, member_id=row.pk)
    board.add(actor=cast.alice.actor, name="Nora Chair")
    assert BoardMember.objects.count() == 2


def test_the_page_names_and_takes_off(cast: Cast, as_: Any) -> None:
    client, page = as_(cast.alice), reverse("people:board")
    assert client.post(page, {"name": ""}).status_code == 422
    assert client.post(page, {"name": "Nora Chair", "title": "Chair"}).status_code == 302
    assert "Nora Chair" in as_(cast.rita).get(page).content.decode()
    pk = BoardMember.objects.get().pk
    assert client.post(reverse("people:remove_board_member", args=[pk])).status_code == 302
    assert "Nora Chair" not in client.get(page).content.decode().replace("Taken off", "")
