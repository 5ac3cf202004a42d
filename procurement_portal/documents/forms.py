"""Forms of the vault. Limits are said before a file is chosen; a file that arrived need not be chosen again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from procurement_portal.documents.kinds import Coverage, Kind
from procurement_portal.documents.limits import ENDINGS, MOST_BYTES, MOST_PHOTOS, PICTURES
from procurement_portal.documents.models import Document, File
from procurement_portal.web.fields import DateField, MoneyField, UploadField, UploadInput


def _token() -> str:
    return secrets.token_hex(16)


class AboutForm(forms.Form):
    """What is told about a paper: its title, days, and for insurance the coverage and limit."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("How you will find it again."))
    coverage = forms.ChoiceField(label=_("Coverage"), choices=[("", _("Choose")), *Coverage.choices])
    limit = MoneyField(label=_("Limit for each occurrence"), least=Decimal(1))
    issued_on = DateField(label=_("Issued on"), required=False)
    expires_on = DateField(
        label=_("Expires on"),
        help_text=_("The last day it is valid, as it stands on the paper."),
        error_messages={"required": _("Enter the last day it is valid.")},
    )

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if not kind.insurance:
            del self.fields["coverage"], self.fields["limit"]
        if not kind.expires:
            self.fields["expires_on"].required = False
            self.fields["expires_on"].help_text = _("Only if a last day stands on the paper.")

    @staticmethod
    def facts(document: Document) -> dict[str, Any]:
        """A document's facts as initial values."""
        cents = document.details.get("limit_cents")
        return {
            "title": document.title,
            "coverage": document.details.get("coverage", ""),
            "limit": Decimal(cents) / 100 if cents else None,
            "issued_on": document.issued_on,
            "expires_on": document.expires_on,
        }

    def details(self) -> dict[str, Any]:
        """What `actions` takes as `details`."""
        if not self.kind.insurance:
            return {}
        limit = self.cleaned_data.get("limit")
        return {
            "coverage": self.cleaned_data.get("coverage"),
            "limit_cents": int(limit * 100) if limit is not None else None,
        }


class FileForm(AboutForm):
    """The same with a file. `kept` is the number of a file that arrived while something else had to be mended."""

    file = UploadField(label=_("File"), most_bytes=MOST_BYTES, endings=ENDINGS)
    token = forms.CharField(widget=forms.HiddenInput, initial=_token, max_length=64)
    kept = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ["file", "title", "coverage", "limit", "issued_on", "expires_on"]

    def __init__(self, kind: Kind, *args: Any, titled: bool = True, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        if not titled:
            del self.fields["title"]
        if self.data.get("kept"):
            self.fields["file"].required = False

    def keep(self, file: File) -> None:
        """Remember an arrived file while the rest is mended, so that nobody uploads twice."""
        given = QueryDict(mutable=True)
        given.update(self.data)
        given["kept"], given["token"] = str(file.pk), _token()
        self.data = given
        self.fields["file"].required = False
        self["file"].help_text = _(
            "We have your file. Choose one only to send another."
        )  # the bound field keeps its own


class ManyUploads(UploadInput):
    """A file control that takes several at once."""

    allow_multiple_selected = True


class ManyUploadsField(UploadField):
    """Several files, each within the limits."""

    widget = ManyUploads
    default_error_messages = {"most": _("Choose at most %(most)s photographs at once.")}

    def clean(self, data: Sequence[UploadedFile] | None, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        """Each upload checked for name and size. Raises ValidationError."""
        given = list(data or [])
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(self.error_messages["most"], "most", {"most": MOST_PHOTOS})
        if not given:
            super().clean(None, initial)
        return [super(ManyUploadsField, self).clean(upload, initial) for upload in given]


class PhotosForm(forms.Form):
    """Several photographs that become one PDF."""

    photographs = ManyUploadsField(
        label=_("Photographs"),
        most_bytes=MOST_BYTES,
        endings=PICTURES,
        help_text=_("Choose up to 30, in the order they shall have."),
    )
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("What the photographs show."))
    token = forms.CharField(widget=forms.HiddenInput, initial=_token, max_length=60)


class RemoveForm(forms.Form):
    """Why a paper is taken out."""

    why = forms.CharField(label=_("Why?"), max_length=200, required=False, help_text=_("Kept in the history."))
