"""An undefined variable in a template of ours is a failure, not an empty place. Installed when tests run.

Django answers a missing name with "" (and `{% if %}`, `{% for %}` with nothing), so a typing mistake shows as a page
that is silently poorer. `install()` makes three things raise `UndefinedVariable` for templates under the project's own
`templates/`: printing a missing name, looping over one, and a condition whose first name is not in the context at all
(`{% if form.errors %}` without `form`). Templates of Django and of other packages keep Django's way.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.base import FilterExpression, VariableDoesNotExist
from django.template.context import Context
from django.template.defaulttags import ForNode

_OURS = str(settings.BASE_DIR / "templates")
_original_resolve = FilterExpression.resolve
_original_for = ForNode.render


class UndefinedVariable(Exception):
    """A template of ours used a name that its context does not have."""


def _template(context: Context) -> str:
    for holder in (context.render_context.template, context.template):
        name = str(getattr(getattr(holder, "origin", None), "name", ""))
        if name:
            return name
    return ""


def _resolve(self: FilterExpression, context: Context, ignore_failures: bool = False) -> Any:
    if self.is_var and self.var.lookups is not None:
        where = _template(context)
        if where.startswith(_OURS):
            root = self.var.lookups[0]
            if root not in context and root not in ("True", "False", "None"):
                raise UndefinedVariable(f"{self.var.var} in {where}")
            if not ignore_failures:
                try:
                    self.var.resolve(context)
                except VariableDoesNotExist as missing:
                    raise UndefinedVariable(f"{self.var.var} in {where}") from missing
    return _original_resolve(self, context, ignore_failures)


def _for(self: ForNode, context: Context) -> Any:
    where = _template(context)
    sequence: Any = self.sequence
    if where.startswith(_OURS) and sequence.is_var:
        sequence.resolve(context)  # raises for a missing name; Django itself would loop over nothing
    return _original_for(self, context)


def install() -> None:
    """Make undefined variables fail from now on in this process. Calling it twice changes nothing."""
    FilterExpression.resolve = _resolve  # type: ignore[method-assign]
    ForNode.render = _for  # type: ignore[method-assign, assignment]


def uninstall() -> None:
    """Give Django's own behavior back."""
    FilterExpression.resolve = _original_resolve  # type: ignore[method-assign]
    ForNode.render = _original_for  # type: ignore[method-assign]
