"""A page that is one act: what is decided, what follows, the fields it needs, one button that names it.

A refusal, a crossed act and a wrong field are all answered on the same page with the reason; nothing written is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.views.drafts import put_errors


@dataclass(frozen=True, kw_only=True)
class ActPage:
    """The words of one act. `back` is where it leads, done or not; `done` is said after it."""

    title: Any
    button: Any
    back: str
    done: Any
    what: Any = ""
    ground: Any = ""
    follows: Any = ""
    agrees: Any = ""
    final: bool = False
    names: Mapping[str, str] | None = None  # the action's words for fields → the form's
    template: str = "solicitations/award/act.html"


def act_page(
    request: HttpRequest, page: ActPage, form: forms.Form, do: Callable[[dict[str, Any]], object], **extra: Any
) -> HttpResponse:
    """Draw the page, or do the act with the form's cleaned values and go back."""
    refused, law, crossed, status = "", "", "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except Invalid as error:
                put_errors(form, error, page.names)
            except Conflict as error:
                crossed, status = error.message, 409
            except Refused as error:
                refused, law, status = error.reason, error.law, 403
            else:
                messages.success(request, page.done)
                return redirect(request, page.back)
    context = {"act": page, "form": form, "refused": refused, "law": law, "crossed": crossed, **extra}
    return render(request, page.template, context, status=status)
