"""The server's side of forms that save themselves (`static/portal.js`, class Saver): one field a request, never in silence.

    sent = autosave.read(request)                    # field, version, data (what the group's controls hold)
    form = AnswerForm(sent.data); value, errors = autosave.clean(form, sent.field)
    if errors: return autosave.invalid(errors)
    try: saved = actions.save_answer(actor=…, field=sent.field, value=value, version=sent.version)
    except Conflict as c: return autosave.conflict(c.current.version, c.current.controls, c.current.who)
    return autosave.saved(saved.version, saved.at)

A version is an opaque text of one field (`data-version` on its group) or of the whole form. `Refused` raised by the action
is answered by `refused`. The page works without any of this: its form posts as a whole to its own address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext

from procurement_portal.web import words
from procurement_portal.web.refusal import Invalid


@dataclass(frozen=True)
class Sent:
    """One field as the browser sent it: its name, the version it was written against, its controls."""

    field: str
    version: str
    data: QueryDict


def read(request: HttpRequest) -> Sent:
    """The field that was sent. Raises Invalid when the request is no autosave."""
    field, version = request.POST.get("field", ""), request.POST.get("version")
    if not field or version is None:
        raise Invalid(gettext("This address takes one field at a time."))
    return Sent(field, version, request.POST)


def clean(form: BaseForm, name: str) -> tuple[Any, list[str]]:
    """The one field's value and its errors, without asking the others. An empty answer is no error while one still writes.

    Raises Invalid for a field the form does not have (or has disabled).
    """
    key = name.removeprefix(f"{form.prefix}-") if form.prefix else name
    field = form.fields.get(key)
    if field is None or field.disabled:
        raise Invalid(gettext("This form has no such field."))
    given = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(key))
    needed, field.required = field.required, False
    try:
        return field.clean(given), []
    except ValidationError as refused:
        return None, [str(message) for message in refused.messages]
    finally:
        field.required = needed


def saved(version: object, at: datetime, **more: Any) -> JsonResponse:
    """200: the new version, and "Saved 2:14 pm CST" by the database's clock. `more` goes to the page's own script."""
    message = gettext("Saved %(time)s") % {"time": words.clock_time(at)}
    return JsonResponse({**more, "version": str(version), "message": message})


def conflict(version: object, controls: Mapping[str, Sequence[str]], who: str = "") -> JsonResponse:
    """409: what stands now, by control name, and who saved it. Nothing was written."""
    value = {name: [str(one) for one in values] for name, values in controls.items()}
    return JsonResponse({"version": str(version), "value": value, "who": who}, status=409)


def invalid(errors: Sequence[str]) -> JsonResponse:
    """422: not a value this field takes; the text stays in the browser."""
    return JsonResponse({"errors": [str(error) for error in errors]}, status=422)


def refused(reason: str) -> JsonResponse:
    """403: too late, or not yours to write; the reason is shown at the field."""
    return JsonResponse({"reason": str(reason)}, status=403)
