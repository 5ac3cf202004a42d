"""The recurring pieces as tags. Registered on the portal's library; a template loads nothing. Shown in the gallery."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import BaseForm
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from procurement_portal.law.explain import Explanation, explain
from procurement_portal.web import pieces, words
from procurement_portal.web.shell import NavItem
from procurement_portal.web.templatetags.registry import register

LINES_OPEN = 12  # of the arithmetic of a figure; more stand in a fold


def _csrf(context: Context) -> Any:
    return context.get("csrf_token", "")


@register.inclusion_tag("components/clock.html")
def clock(piece: pieces.Clock) -> dict[str, Any]:
    """A deadline: words, a thin bar of days with a mark for now, the rule on demand."""
    return {"clock": piece}


@register.inclusion_tag("components/work_row.html", takes_context=True)
def work_row(context: Context, row: pieces.WorkRow) -> dict[str, Any]:
    """What · for whom · clock · desk · one action. Stands in a list with the class `p-worklist`."""
    return {"row": row, "csrf_token": _csrf(context)}


@register.inclusion_tag("components/work_list.html", takes_context=True)
def work_list(context: Context, groups: Sequence[pieces.WorkGroup]) -> dict[str, Any]:
    """The work queue: groups with rows; empty groups are not shown."""
    return {"groups": [g for g in groups if g.rows], "csrf_token": _csrf(context)}


@register.inclusion_tag("components/way.html")
def way(steps: Sequence[pieces.Step], label: Any = "") -> dict[str, Any]:
    """The whole path as steps: desk, days taken and promised, expected day; the current one open, the rest folded."""
    return {"steps": list(steps), "label": label or gettext("The way")}


@register.inclusion_tag("components/why.html")
def why(trace: Mapping[str, Any] | Explanation | None, label: Any = "") -> dict[str, Any]:
    """The answer in a sentence, the arithmetic line by line (many lines in a fold of their own), the statute, the reading.
    Draws nothing for None."""
    explanation = explain(trace, gettext, words.day) if isinstance(trace, Mapping) else trace
    long = explanation is not None and len(explanation.lines) > LINES_OPEN
    return {"why": explanation, "label": label or gettext("Why?"), "long": long}


@register.inclusion_tag("components/facts.html")
def facts(items: Sequence[pieces.Fact]) -> dict[str, Any]:
    """The facts people look for first, label over value."""
    return {"items": list(items)}


@register.inclusion_tag("components/pairs.html")
def pairs(items: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Labels and values, one a line."""
    return {"items": list(items)}


@register.inclusion_tag("components/sections.html")
def sections(items: Sequence[pieces.Section]) -> dict[str, Any]:
    """The sections of a longer form with done, started, missing in words and signs."""
    items = list(items)
    return {"items": items, "done": sum(1 for s in items if s.state == "done"), "total": len(items)}


@register.inclusion_tag("components/person.html")
def person(name: str, role: Any = "", desk: Any = "") -> dict[str, Any]:
    """A person: name, role, desk."""
    return {"name": name, "role": role, "desk": desk}


@register.inclusion_tag("components/history.html")
def history(entries: Sequence[pieces.Entry]) -> dict[str, Any]:
    """The acts of a record in the order given: when, who, as whom, what, why."""
    return {"entries": list(entries)}


@register.inclusion_tag("components/diff.html")
def diff(before: str, after: str, label: Any = "") -> dict[str, Any]:
    """Before and after, and what changed word by word (struck out and underlined, said for readers by ear)."""
    return {"before": before, "after": after, "changes": pieces.compare(before, after), "label": label}


@register.simple_tag
def status(kind: str, label: Any) -> SafeString:
    """A small label for a state: kind "done", "now", "late" or "" ; the word carries the meaning."""
    if kind not in ("", "done", "now", "late"):
        raise ValueError(f"status knows done, now, late and nothing, not {kind!r}")
    return format_html('<span class="p-tag{}">{}</span>', f" p-tag--{kind}" if kind else "", label)


@register.simple_block_tag
def alert(content: str, kind: str = "info", title: Any = "") -> SafeString:
    """`{% alert "refused" _("Not published") %}<p>…</p>{% endalert %}`; kind info, done, warning or refused."""
    if kind not in ("info", "done", "warning", "refused"):
        raise ValueError(f"alert knows info, done, warning and refused, not {kind!r}")
    head = format_html('<p class="p-alert__title">{}</p>', title) if title else ""
    return format_html('<div class="p-alert p-alert--{}">{}{}</div>', kind, head, SafeString(content.strip()))


@register.simple_block_tag
def empty_state(content: str, title: Any) -> SafeString:
    """Nothing here yet: the title says what will appear, the content how to begin."""
    return format_html('<div class="p-empty"><h2>{}</h2>{}</div>', title, SafeString(content.strip()))


@register.simple_block_tag
def refusal(content: str, title: Any, reason: Any, rule: Any = "") -> SafeString:
    """What is refused, why, by which rule; the content says what to do instead and whom to ask."""
    law = format_html('<p class="p-law">{}</p>', rule) if rule else ""
    return format_html(
        '<div class="p-refusal" role="alert"><h2>{}</h2><p>{}</p>{}{}</div>',
        title,
        reason,
        law,
        SafeString(content.strip()),
    )


@register.simple_block_tag
def decision(
    content: str, title: Any, ground: Any = "", follows: Any = "", agrees: Any = "", final: bool = False, what: Any = ""
) -> SafeString:
    """What is decided, on what ground, what follows, who else must agree; the content is the form with the act's button."""
    told = [
        (gettext("What is decided"), what), (gettext("Ground"), ground), (gettext("What follows"), follows),
        (gettext("Who else must agree"), agrees),
    ]  # fmt: skip
    lines = format_html_join("", "<dt>{}</dt><dd>{}</dd>", [(name, value) for name, value in told if value])
    last = format_html('<p class="p-decision__final">{}</p>', gettext("This cannot be undone.")) if final else ""
    return format_html(
        '<section class="p-decision"><h2>{}</h2><dl>{}</dl>{}{}</section>',
        title,
        lines,
        last,
        SafeString(content.strip()),
    )


@register.simple_block_tag
def why_box(content: str, label: Any) -> SafeString:
    """The same small link as `why`, with words of the page's own in place of a trace."""
    return format_html(
        '<details class="p-why"><summary>{}</summary><div class="p-why__body">{}</div></details>',
        label,
        SafeString(content),
    )


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[NavItem], label: Any) -> dict[str, Any]:
    """Views of one thing as plain links; the present one is marked."""
    return {"items": list(items), "label": label}


@register.inclusion_tag("components/table.html")
def data_table(table: Any) -> dict[str, Any]:
    """A `web.tables.Table`: caption, sortable heads as links, labeled rows on a phone."""
    return {"table": table}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Any) -> dict[str, Any]:
    """A `web.pagination.Page`: how many there are, and the way through them. Nothing for a single page."""
    return {"page": page}


@register.inclusion_tag("components/search.html")
def search_box(label: Any, value: str = "", action: str = "", hint: Any = "", name: str = "q") -> dict[str, Any]:
    """A search field over a list: a GET form whose address can be shared."""
    return {"label": label, "value": value, "action": action, "hint": hint, "name": name}


@register.inclusion_tag("components/filter_panel.html")
def filter_panel(form: BaseForm, chosen: int = 0, clear_url: str = "?", opened: bool = False) -> dict[str, Any]:
    """Filters as a GET form in a fold; `chosen` is how many are set, said on the fold."""
    return {"form": form, "chosen": chosen, "clear_url": clear_url, "opened": opened or bool(form.errors)}


@register.inclusion_tag("components/chart.html")
def chart(picture: Any) -> dict[str, Any]:
    """A `web.charts.Chart`: its message as title, the drawing, and the table beneath."""
    return {"chart": picture}
