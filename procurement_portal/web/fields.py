"""Form fields of the portal: money, days, instants in Chicago, files with their limits said before.

Money never passes through a float. A day is typed as month, day and year; an instant adds the hour of Chicago's clocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import CHICAGO
from procurement_portal.web import words

_MONEY = re.compile(r"\(?-?\$?(\d{1,3}(,\d{3})+|\d+)?(\.\d{1,2})?\)?")


class MoneyInput(forms.TextInput):
    """A text input with a dollar sign before it (a number input would drop commas and change on scrolling)."""

    template_name = "django/forms/widgets/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Decimal("1234.5") is shown as 1,234.50; what a person typed is given back unchanged."""
        if isinstance(value, (Decimal, int)):
            return f"{Decimal(value):,.2f}"
        return super().format_value(value)


class MoneyField(forms.Field):
    """Dollars and cents as Decimal. Takes "1234", "$1,234.5", "1,234.50"; refuses letters, three decimals, misplaced commas.

    `least` and `most` are inclusive limits in dollars (default: from 0, without upper limit).
    """

    widget = MoneyInput
    default_error_messages = {
        "invalid": _("Enter an amount in dollars and cents, for example 1,234.50."),
        "least": _("Enter an amount of at least %(limit)s."),
        "most": _("Enter an amount of at most %(limit)s."),
    }

    def __init__(
        self,
        *,
        least: Decimal | None = Decimal(0),
        most: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The amount with exactly two places, or None for an empty field. Raises ValidationError."""
        if value in self.empty_values:
            return None
        text = str(value).strip().replace("−", "-")
        if not _MONEY.fullmatch(text) or not any(c.isdigit() for c in text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        negative = text.startswith("-") or text.startswith("$-") or (text.startswith("(") and text.endswith(")"))
        try:
            amount = Decimal(re.sub(r"[^0-9.]", "", text)).quantize(Decimal("0.01"))
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return -amount if negative else amount

    def validate(self, value: Decimal | None) -> None:
        """Checks the limits. Raises ValidationError naming the limit in dollars."""
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(
                self.error_messages["least"],
                "least",
                {"limit": words.money(self.least)},
            )
        if self.most is not None and value > self.most:
            raise ValidationError(self.error_messages["most"], "most", {"limit": words.money(self.most)})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares amounts, not spellings."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


_MONTHS = [
    ("", _("Month")), ("1", _("January")), ("2", _("February")), ("3", _("March")), ("4", _("April")), ("5", _("May")),
    ("6", _("June")), ("7", _("July")), ("8", _("August")), ("9", _("September")), ("10", _("October")),
    ("11", _("November")), ("12", _("December")),
]  # fmt: skip
_HOURS = [("", _("Hour"))] + [
    (f"{h:02d}:{m:02d}", words_for)
    for h in range(24)
    for m in (0, 30)
    for words_for in [
        _("12 noon") if (h, m) == (12, 0) else _("12 midnight (the day begins)") if (h, m) == (0, 0)
        else format_lazy("{}:{:02d} {}", h % 12 or 12, m, _("am") if h < 12 else _("pm"))
    ]
]  # fmt: skip


class MemorableDateInput(forms.MultiWidget):
    """Month, day and year as three controls with their own labels: no calendar to fight with, no order to guess."""

    template_name = "django/forms/widgets/memorable_date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "month": forms.Select({"class": "usa-select p-month"}, choices=_MONTHS),
                "day": forms.TextInput(
                    {
                        "class": "usa-input p-day",
                        "inputmode": "numeric",
                        "maxlength": "2",
                    }
                ),
                "year": forms.TextInput(
                    {
                        "class": "usa-input p-year",
                        "inputmode": "numeric",
                        "maxlength": "4",
                    }
                ),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        """A date, an ISO day as text, or nothing, as [month, day, year]."""
        if isinstance(value, str) and value:
            value = date.fromisoformat(value)
        return [value.month, value.day, value.year] if value else ["", "", ""]


class InstantInput(MemorableDateInput):
    """The same, and the hour of Chicago's clocks, in half hours."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets_names: list[str] = [*self.widgets_names, "_hour"]
        self.widgets = [
            *self.widgets,
            forms.Select({"class": "usa-select p-month"}, choices=_HOURS),
        ]

    def decompress(self, value: Any) -> list[Any]:
        """An aware instant as [month, day, year, "HH:MM"] of Chicago."""
        if not value:
            return ["", "", "", ""]
        here = words.local(value)
        return [here.month, here.day, here.year, f"{here:%H:%M}"]


def _read_day(parts: Sequence[Any], message: str) -> date:
    month, day, year = (str(p).strip() for p in parts)
    if not (month.isdigit() and day.isdigit() and year.isdigit() and len(year) == 4):
        raise ValidationError(message, code="invalid")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValidationError(message, code="invalid") from None


class DateField(forms.Field):
    """A calendar day as `date`. A whole ISO day ("2026-11-27") under the field's name is taken as well."""

    widget = MemorableDateInput
    default_error_messages = {"invalid": _("Enter a day that exists: month, day and a year of four digits.")}

    def to_python(self, value: Any) -> date | None:
        """The day, or None when all three parts are empty. Raises ValidationError."""
        if isinstance(value, date) or value is None:
            return value
        if isinstance(value, str):
            value = value.split("-")[1:] + value.split("-")[:1] if value.count("-") == 2 else [value, "", ""]
        if not any(str(part or "").strip() for part in value):
            return None
        return _read_day([part or "" for part in value], str(self.error_messages["invalid"]))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares days, not spellings."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class InstantField(forms.Field):
    """A day and an hour of Chicago's clocks as an aware UTC datetime.

    An hour that does not exist (a March Sunday, 2:30 am) is refused; of an hour that comes twice the first is meant.
    """

    widget = InstantInput
    default_error_messages = {
        "invalid": _("Enter a day that exists: month, day and a year of four digits."),
        "hour": _("Choose the hour."),
        "gap": _("That hour does not exist: clocks move forward in that night. Choose another hour."),
    }

    def to_python(self, value: Any) -> datetime | None:
        """The instant in UTC, or None when all parts are empty. Raises ValidationError."""
        if isinstance(value, datetime) or value is None:
            return value
        if not any(str(part or "").strip() for part in value):
            return None
        day = _read_day([part or "" for part in value[:3]], str(self.error_messages["invalid"]))
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value[3] or "")):
            raise ValidationError(self.error_messages["hour"], code="hour")
        here = datetime.combine(day, time.fromisoformat(value[3]), tzinfo=CHICAGO)
        instant = here.astimezone(UTC)
        if instant.astimezone(CHICAGO).replace(tzinfo=None) != here.replace(tzinfo=None):
            raise ValidationError(self.error_messages["gap"], code="gap")
        return instant


class UploadInput(forms.FileInput):
    """A file control whose limits are said before, checked in the browser where it can, and always by the server."""

    template_name = "django/forms/widgets/upload.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.limits: Any = ""
        self.most_bytes = 0

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the sentence about limits and the figures the script reads."""
        context = super().get_context(name, value, attrs)
        context["widget"]["limits"] = self.limits
        context["widget"]["most_bytes"] = self.most_bytes
        context["widget"]["attrs"]["aria-describedby"] = " ".join(
            filter(
                None,
                [
                    context["widget"]["attrs"].get("aria-describedby", ""),
                    f"{context['widget']['attrs'].get('id', name)}_limits",
                ],
            )
        )
        return context


class UploadField(forms.FileField):
    """One file of at most `most_bytes`, its name ending in one of `endings` (".pdf", …). What is inside is checked elsewhere."""

    widget = UploadInput
    default_error_messages = {
        "too_large": _("This file has %(size)s; the limit is %(limit)s."),
        "ending": _("We cannot take this kind of file. We take %(endings)s."),
    }

    def __init__(self, *, most_bytes: int, endings: Sequence[str], **kwargs: Any) -> None:
        self.most_bytes, self.endings = most_bytes, tuple(e.lower() for e in endings)
        super().__init__(**kwargs)
        if isinstance(self.widget, UploadInput):
            self.widget.most_bytes = most_bytes
            listed = ", ".join(e.lstrip(".").upper() for e in self.endings)
            self.widget.limits = format_lazy(
                _("{endings}, at most {limit}"),
                endings=listed,
                limit=words.file_size(most_bytes),
            )
            self.widget.attrs["accept"] = ",".join(self.endings)

    def to_python(self, data: Any) -> Any:
        """The upload, checked for name and size. Raises ValidationError."""
        file = super().to_python(data)
        if file is None:
            return None
        if (file.size or 0) > self.most_bytes:
            sizes = {
                "size": words.file_size(file.size or 0),
                "limit": words.file_size(self.most_bytes),
            }
            raise ValidationError(self.error_messages["too_large"], "too_large", sizes)
        if not (file.name or "").lower().endswith(self.endings):
            listed = ", ".join(e.lstrip(".").upper() for e in self.endings)
            raise ValidationError(self.error_messages["ending"], "ending", {"endings": listed})
        return file
