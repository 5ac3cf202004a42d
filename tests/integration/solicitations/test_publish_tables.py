"""What the tables themselves refuse, whoever asks."""

from decimal import Decimal

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import IntegrityError, connection, transaction

from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from tests.cast import Cast
from tests.factories.solicitations import add_contents, make_draft, make_published


def test_a_notice_is_found_by_its_words_and_not_by_others(cast: Cast) -> None:
    make_published(cast)
    found = Solicitation.objects.filter(search=SearchQuery("mentoring job", config="english"))
    assert found.count() == 1
    assert not Solicitation.objects.filter(search=SearchQuery("shelter", config="english")).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"published_by": None},
        {"advertised_on": None},
        {"canceled_why": "half a cancellation"},
        {"status": "canceled"},
        {"award_min": Decimal("400000.00")},
        {"awards_expected_min": 9},
        {"amount_total": Decimal(0)},
        {"status": "no_such_state"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_table_refuses_half_facts(cast: Cast, change: dict[str, object]) -> None:
    made = make_published(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Solicitation.objects.filter(pk=made.pk).update(**change)


def test_nobody_publishes_what_they_drafted_or_sent_to_review(cast: Cast) -> None:
    made = make_published(cast)
    for person in (made.drafted_by, made.review_requested_by):
        with pytest.raises(IntegrityError), transaction.atomic():
            Solicitation.objects.filter(pk=made.pk).update(published_by=person)


def test_an_unscored_question_has_no_criterion(cast: Cast) -> None:
    made = add_contents(make_draft(cast))
    scored = Question.objects.filter(solicitation=made, criterion__isnull=False).first()
    assert scored is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=scored.pk).update(marking="information")


def test_a_question_asks_only_about_criteria_of_its_own_notice(cast: Cast) -> None:
    mine, theirs = add_contents(make_draft(cast)), add_contents(make_draft(cast))
    scored = Question.objects.filter(solicitation=mine, criterion__isnull=False).first()
    assert scored is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=scored.pk).update(criterion=theirs.criteria.first())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
