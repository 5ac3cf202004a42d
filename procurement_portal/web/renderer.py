"""How every form of the portal is drawn: label, hint, error, control; US Web Design System classes; words for required.

`settings.FORM_RENDERER = "procurement_portal.web.renderer.PortalRenderer"`. A page writes `{{ form.field.as_field_group }}`
or `{% fields form %}`; the templates are `templates/django/forms/**`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input

from procurement_portal.web.needed import needed

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.CheckboxSelectMultiple, "usa-checkbox__input"),  # before its parent, the round one
    (forms.RadioSelect, "usa-radio__input"),
    (forms.Textarea, "usa-textarea"),
    (forms.FileInput, "p-file__input"),
    (forms.Select, "usa-select"),
    (Input, "usa-input"),
]
_REQUIRED = forms.Field.default_error_messages["required"]


class PortalBoundField(BoundField):
    """A form's field with what our templates ask of it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # Django makes these before it cleans. A field with words of its own for "empty" keeps them; the copy is the form's.
        if form.is_bound and field.error_messages.get("required") is _REQUIRED:
            field.error_messages["required"] = needed(str(self.label), field.widget)

    @property
    def kind(self) -> str:
        """How the field template draws it: "choices", "check", "file", "date" or "plain"."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "choices"
        if isinstance(widget, forms.FileInput):
            return "file"
        return "date" if isinstance(widget, forms.MultiWidget) else "plain"

    @property
    def required(self) -> bool:
        """Whether an answer is needed; said in words beside the label."""
        return bool(self.field.required)

    @property
    def focus_id(self) -> str:
        """The id the error summary leads to: the control, or the first one of a group."""
        widget = self.field.widget
        if isinstance(widget, (forms.MultiWidget, forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return f"{self.auto_id}_0"
        return str(self.auto_id)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Adds the class of the control; `required` becomes `aria-required`, so that our words and not the browser's speak."""
        shown = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, shown)
        if attrs.pop("required", None) and not shown.use_fieldset:
            attrs["aria-required"] = "true"
        if isinstance(shown, forms.MultiWidget):
            for part in shown.widgets:
                part.attrs.pop("required", None)
                if self.errors:
                    part.attrs["aria-invalid"] = "true"
        if shown.is_hidden or isinstance(shown, forms.MultiWidget):
            return attrs
        name = next((css for kind, css in _CLASSES if isinstance(shown, kind)), "")
        given = str(attrs.get("class", shown.attrs.get("class", "")))
        error = " usa-input--error" if self.errors and name in ("usa-input", "usa-textarea", "usa-select") else ""
        attrs["class"] = f"{given} {name}{error}".strip()
        return attrs


class PortalRenderer(TemplatesSetting):
    """Django's form renderer with our field and our templates."""

    form_template_name = "django/forms/portal_form.html"
    formset_template_name = "django/forms/portal_formset.html"
    field_template_name = "django/forms/portal_field.html"
    bound_field_class = PortalBoundField
