"""What is in force on a day: the officers' choices, and for the rest the register's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from procurement_portal.law.readings import Choice, Question
from procurement_portal.people.actor import Actor
from procurement_portal.readings import register
from procurement_portal.readings.models import Decision


@dataclass(frozen=True)
class Standing:
    """One line of the staff page: the topic, what is in force and by whose decision, and what follows later."""

    key: str
    topic: register.Topic
    officer: register.Officer
    value: Choice
    decision: Decision | None  # None: the default of the register
    coming: Decision | None  # the next one, signed but not yet in force
    may_decide: bool

    @property
    def means(self) -> str:
        """What is in force, in words."""
        return in_words(self.topic, self.value)

    @property
    def authority(self) -> str:
        """The provision that lets the officer decide; "" for a number of policy."""
        return self.topic.authority if isinstance(self.topic, Question) else ""


def in_force(on: date) -> dict[str, Choice]:
    """What officers chose and is in force on that day, for `law.evaluate(..., readings=in_force(day))`; one query.

    Keys nobody decided are absent: the rules take their default and their trace says so.
    """
    questions = register.current_book().questions
    return {
        row.key: questions[row.key].choice(row.value)
        for row in _latest(Decision.objects.filter(from_day__lte=on)).values()
        if row.key in questions
    }


def chosen(key: str, on: date) -> Choice:
    """The value in force for one key on that day, the default where nobody decided. Raises KeyError for an unknown key."""
    topic = register.topics()[key]
    row = Decision.objects.filter(key=key, from_day__lte=on).order_by("-from_day", "-id").first()
    return topic.choice(row.value) if row else topic.default


def number(key: str, on: date) -> int:
    """The number of policy in force on that day. Raises KeyError for a key that is no policy."""
    topic = register.POLICIES[key]
    return int(chosen(topic.key, on))


def overview(actor: Actor, today: date) -> list[Standing]:
    """Every topic of the register with what is in force, in register order; two queries."""
    now = _latest(Decision.objects.filter(from_day__lte=today).select_related("signed_by"))
    later: dict[str, Decision] = {}
    for row in Decision.objects.filter(from_day__gt=today).order_by("from_day", "id"):
        if row.key not in later or later[row.key].from_day == row.from_day:
            later[row.key] = row
    found = []
    for key, topic in register.topics().items():
        decided, officer = now.get(key), register.officer_of(topic)
        value = topic.choice(decided.value) if decided else topic.default
        found.append(Standing(key, topic, officer, value, decided, later.get(key), officer.is_(actor)))
    return found


def history(key: str) -> QuerySet[Decision]:
    """Every decision on a key, newest first. Decisions are public acts of an office."""
    return Decision.objects.filter(key=key).select_related("signed_by").order_by("-id")


def in_words(topic: register.Topic, value: Choice) -> str:
    """What a value means."""
    if isinstance(topic, Question):
        return topic.choices.get(value, register.written(value))
    return f"{value} {topic.unit}"


def _latest(rows: QuerySet[Decision]) -> dict[str, Decision]:
    return {row.key: row for row in rows.order_by("key", "-from_day", "-id").distinct("key")}
