"""The portal's template tags and filters, a builtin of every template: nothing to load.

Filters write money, days and instants (`web/words.py`); tags draw the frame here, and the recurring pieces in
`components.py`, `forms_tags.py`, which register on the same library.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from procurement_portal.web import words
from procurement_portal.web.reference import current_reference
from procurement_portal.web.shell import Crumb, NextAction
from procurement_portal.web.templatetags import components, forms_tags  # noqa: F401  (they register their tags)
from procurement_portal.web.templatetags.registry import register

__all__ = ["register"]


# --- Filters ------------------------------------------------------------------------------------------------------------


@register.filter
def money(amount: Decimal | int | None, word: str | None = None) -> str:
    """`{{ x|money }}` → $1,234.50; `{{ x|money:"recouped" }}` names a negative."""
    return words.money(amount, word)


@register.filter
def dollars(amount: Decimal | int | None) -> str:
    """Whole dollars, for headlines: $1,235."""
    return words.money(amount, cents=False)


@register.filter
def day(value: date | datetime | None) -> str:
    """`{{ d|day }}` → Fri, Nov 27, 2026."""
    return words.day(value)


@register.filter
def instant(value: datetime | None) -> str:
    """`{{ t|instant }}` → Fri, Nov 27, 2026, 5:00 pm CST."""
    return words.instant(value)


@register.filter
def exact(value: datetime | None) -> str:
    """The instant to the microsecond."""
    return words.exact(value)


@register.filter
def hour(value: datetime) -> str:
    """`{{ t|hour }}` → 5:00 pm CST."""
    return words.clock_time(value)


@register.filter
def days(count: int) -> str:
    """23 → 23 days."""
    return words.days(count)


@register.filter
def days_from(target: date | datetime, today: date) -> str:
    """`{{ due|days_from:today }}` → in 3 days."""
    return words.days_away(target, today)


@register.filter
def file_size(count: int) -> str:
    """3400000 → 3.4 MB."""
    return words.file_size(count)


@register.filter
def percent(share: Decimal | None) -> str:
    """0.265 → 26.5%."""
    return words.percent(share)


@register.filter
def number(value: int | Decimal | None) -> str:
    """12345 → 12,345."""
    return words.NONE if value is None else f"{value:,}"


@register.filter
def data(value: Any) -> SafeString:
    """Marks what people wrote (a name, a title) as data: it is never translated and says so to browsers."""
    return words.data(value)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ mapping|get:key }}`; raises KeyError for a missing key, as an undefined variable would."""
    return mapping[key]


# --- The frame ------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> SafeString:
    """Renders a template block a second time (the title is also the headline)."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return SafeString(block.nodelist.render(context).strip())


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """ "Error: " before the title of a page whose form was refused, so that the first thing heard is that."""
    return gettext("Error:") + " " if any(True for _ in _refused_forms(context)) else ""


def _refused_forms(context: Context) -> Iterable[Any]:
    """Bound forms and formsets of the context that have errors (they are known by shape, under any name)."""
    layers: list[Any] = list(context.flatten().values())
    for layer in layers:
        if getattr(layer, "is_bound", False) and hasattr(layer, "errors"):
            if hasattr(layer, "total_error_count"):
                if layer.total_error_count():
                    yield layer
            elif layer.errors:
                yield layer


@register.simple_tag
def reference_number() -> str:
    """The number a person reads to us on the phone; the same one stands in the logs of this request."""
    return current_reference()


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> str:
    """The page of ours this one was reached from; empty when it is the same page again, or none of ours."""
    request: HttpRequest | None = getattr(context, "request", None)
    if request is None:
        return ""
    came = request.headers.get("Referer", "")
    try:
        ours = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
    except DisallowedHost:  # this page may be the answer to it
        return ""
    if not came or not ours:
        return ""
    way = urlsplit(came)
    here = way.path + (f"?{way.query}" if way.query else "")
    return "" if request.method in ("GET", "HEAD") and here == request.get_full_path() else here


@register.simple_tag
def icon(name: str) -> SafeString:
    """A sign beside a word (never without one): hidden from screen readers."""
    return format_html(
        '<svg class="p-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("build/img/icons.svg"), name,
    )  # fmt: skip


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(crumbs: Iterable[Crumb], here: str = "") -> dict[str, Any]:
    """The way here. Draws nothing for no crumbs; where the last one is a link, `here`, the page's title, closes the way."""
    steps = list(crumbs)
    return {"crumbs": [*steps, Crumb(here)] if here and steps and steps[-1].url else steps}


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """`{% crumbs %}{% crumb url _("Opportunities") %}{% crumb "" title %}{% endcrumbs %}` inside the block `crumbs`."""
    return format_html(
        '<nav class="usa-breadcrumb usa-breadcrumb--wrap" aria-label="{}"><ol class="usa-breadcrumb__list">{}</ol></nav>',
        gettext("You are here"), SafeString(content.strip()),
    )  # fmt: skip


@register.simple_tag
def crumb(url: str, label: Any) -> SafeString:
    """One step of `{% crumbs %}`; an empty address marks the page itself."""
    if not url:
        return format_html(
            '<li class="usa-breadcrumb__list-item usa-current" aria-current="page"><span>{}</span></li>',
            label,
        )
    return format_html(
        '<li class="usa-breadcrumb__list-item"><a class="usa-breadcrumb__link" href="{}"><span>{}</span></a></li>',
        url, conditional_escape(label),
    )  # fmt: skip


@register.inclusion_tag("components/next_action.html", takes_context=True)
def next_action(context: Context, action: NextAction | None) -> dict[str, Any]:
    """The one filled button of the head; on a phone it stays at the bottom. Draws nothing for None."""
    return {"action": action, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("components/next_action.html", takes_context=True)
def action(context: Context, url: str, label: Any, method: str = "get", hint: Any = "") -> dict[str, Any]:
    """The same, said by the page itself: `{% block action %}{% action url _("Start an answer") %}{% endblock %}`."""
    return {
        "action": NextAction(label, url, method, hint),
        "csrf_token": context.get("csrf_token", ""),
    }
