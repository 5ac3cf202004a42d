"""Tags of form pages. Registered on the portal's library; a template loads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.forms import BaseForm
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement_portal.web import words
from procurement_portal.web.templatetags.registry import register


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """What was wrong in one place, each line leading to its field; takes the focus. Draws nothing without errors."""
    lines: list[tuple[str, str, str]] = []
    for form in forms:
        if not form.is_bound:
            continue
        lines += [("", "", str(message)) for message in form.non_field_errors()]
        for bound in form:
            target = getattr(bound, "focus_id", bound.auto_id)
            lines += [(target, _named(str(bound.label), str(message)), str(message)) for message in bound.errors]
    return {"lines": lines}


def _named(label: str, message: str) -> str:
    """The label before a message that does not name its field itself."""
    return "" if label.casefold() in message.casefold() else label


@register.simple_tag
def fields(form: BaseForm, *names: str) -> SafeString:
    """The named fields of a form, or all of them, drawn as groups, with its hidden fields."""
    chosen: Iterable[Any] = [form[name] for name in names] if names else [*form.visible_fields(), *form.hidden_fields()]
    return SafeString("".join(str(bound if bound.is_hidden else bound.as_field_group()) for bound in chosen))


@register.inclusion_tag("components/form.html", takes_context=True)
def portal_form(
    context: Context,
    form: BaseForm,
    submit: Any,
    action: str = "",
    cancel_url: str = "",
    autosave: str = "",
    version: str = "",
    user_key: str = "",
) -> dict[str, Any]:
    """A whole form page's form: summary of errors, fields, one button named `submit`, a way back.

    `autosave` is the address that takes single fields (see `static/portal.js`), `version` what the server last told, `user_key`
    whose unsent text the browser may give back (the person's id).
    """
    multipart = form.is_multipart()
    return {
        "form": form, "submit": submit, "action": action, "cancel_url": cancel_url, "multipart": multipart,
        "autosave": autosave, "version": version, "user_key": user_key, "csrf_token": context.get("csrf_token", ""),
    }  # fmt: skip


@register.inclusion_tag("components/saved.html")
def saved(at: datetime | None) -> dict[str, Any]:
    """ "Saved 2:14 pm CST" beside the headline of a form that saves itself; None says nothing is saved yet."""
    return {"at": at, "words": words.clock_time(at) if at else ""}


@register.simple_block_tag
def buttons(content: str) -> SafeString:
    """A row of buttons and links under a form."""
    return format_html('<div class="p-buttons">{}</div>', SafeString(content))
