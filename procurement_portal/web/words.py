"""How money, days and instants are written for people. One place, so that no page shows a bare number as a date.

Money is Decimal, int (whole dollars) or None; a float is refused (TypeError). Instants must be aware (ValueError) and are
shown in America/Chicago with CST or CDT. None and "" are written as an em dash, "not given" in words for readers by ear.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from procurement_portal.time.clock import CHICAGO
from procurement_portal.web.kept import once_a_language

NONE = "—"
MINUS = "−"  # a true minus sign: screen readers say it, line breaks respect it
NBSP = " "


def data(value: object) -> SafeString:
    """What people wrote (a name, a title), escaped and marked so that neither gettext nor a browser translates it."""
    return format_html('<span translate="no">{}</span>', value)


def money(amount: Decimal | int | None, word: str | None = None, cents: bool = True) -> str:
    """`Decimal("1234.5")` → "$1,234.50"; negative: "−$1,234.50 (credit)", with another `word` where one is given."""
    if amount is None or amount == "":
        return NONE
    if isinstance(amount, (float, bool)):
        raise TypeError("money is Decimal or whole dollars, never float")
    value = Decimal(amount).quantize(Decimal("0.01") if cents else Decimal("1"), rounding=ROUND_HALF_UP)
    text = f"${abs(value):,}"
    if value < 0:
        return f"{MINUS}{text} ({word or gettext('credit')})"
    return text


def day(value: date | datetime | None) -> str:
    """ "Fri, Nov 27, 2026". An instant is first carried to Chicago."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        value = local(value).date()
    return _written(value)


@once_a_language(4000)
def _written(value: date) -> str:
    return dateformat.format(value, pgettext("format of a day; letters as in Django", "D, M j, Y"))


def clock_time(value: datetime) -> str:
    """ "5:00 pm CST", "12 noon CST", "12 midnight CST", "12:30 am CDT"."""
    value = local(value)
    return _time_written(value.hour, value.minute, value.tzname() or "")


@once_a_language(3000)
def _time_written(hour: int, minute: int, zone: str) -> str:
    if (hour, minute) == (12, 0):
        return gettext("12 noon %(zone)s") % {"zone": zone}
    if (hour, minute) == (0, 0):
        return gettext("12 midnight %(zone)s") % {"zone": zone}
    half = gettext("am") if hour < 12 else gettext("pm")
    return f"{hour % 12 or 12}:{minute:02d} {half} {zone}"


def instant(value: datetime | None) -> str:
    """ "Fri, Nov 27, 2026, 5:00 pm CST"."""
    return NONE if value is None else f"{day(value)}, {clock_time(value)}"


def exact(value: datetime | None) -> str:
    """ "Fri, Nov 27, 2026, 5:00:00.123456 pm CST": for receipts and refusals, where a second decides."""
    if value is None:
        return NONE
    value = local(value)
    hour, half = (
        value.hour % 12 or 12,
        gettext("am") if value.hour < 12 else gettext("pm"),
    )
    fraction = f".{value.microsecond:06d}" if value.microsecond else ""
    return f"{day(value)}, {hour}:{value.minute:02d}:{value.second:02d}{fraction} {half} {value.strftime('%Z')}"


def local(value: datetime) -> datetime:
    """The instant as Chicago's clocks show it. Raises ValueError for a naive datetime."""
    if value.tzinfo is None:
        raise ValueError("an instant shown to people must be aware")
    return value.astimezone(CHICAGO)


def days_away(target: date | datetime, today: date) -> str:
    """ "today", "tomorrow", "in 3 days", "yesterday", "12 days ago", counted in Chicago's calendar days."""
    if isinstance(target, datetime):
        target = local(target).date()
    gap = (target - today).days
    if gap == 0:
        return gettext("today")
    if gap == 1:
        return gettext("tomorrow")
    if gap == -1:
        return gettext("yesterday")
    if gap > 0:
        return ngettext("in %(count)d day", "in %(count)d days", gap) % {"count": gap}
    return ngettext("%(count)d day ago", "%(count)d days ago", -gap) % {"count": -gap}


def days(count: int) -> str:
    """ "1 day", "23 days"."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def duration(span: timedelta) -> str:
    """ "2 hours 5 minutes" for less than a day, otherwise whole days. Negative spans are a programming error (ValueError)."""
    if span < timedelta(0):
        raise ValueError("a duration is not negative")
    if span >= timedelta(days=1):
        return days(span.days)
    minutes = int(span.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if rest or not hours:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return " ".join(parts)


def file_size(count: int) -> str:
    """ "640 bytes", "12 KB", "3.4 MB" (thousands of 1,000, as limits are told to people)."""
    if count < 1000:
        return ngettext("%(count)d byte", "%(count)d bytes", count) % {"count": count}
    if count < 1_000_000:
        return f"{count // 1000} KB"
    return f"{Decimal(count) / Decimal(1_000_000):.1f} MB"


def percent(share: Decimal | None, places: int = 1) -> str:
    """`Decimal("0.265")` → "26.5%". The share is a fraction of one; a float is refused (TypeError)."""
    if share is None:
        return NONE
    if isinstance(share, float):
        raise TypeError("a share is Decimal, never float")
    value = (Decimal(share) * 100).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{MINUS if value < 0 else ''}{abs(value):,}%"
