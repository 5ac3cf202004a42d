"""Pages of an organization's vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from procurement_portal.documents import actions, queries, telling
from procurement_portal.documents.forms import AboutForm, FileForm, PhotosForm, RemoveForm
from procurement_portal.documents.kinds import KINDS, REUSE_WORDS, Kind
from procurement_portal.documents.models import Document, File
from procurement_portal.history.record import entries_for
from procurement_portal.history.telling import tell
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import chicago, now, today
from procurement_portal.web import pieces, words
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction

# Papers nobody is asked for by default: shown in the list only once there is one.
OPTIONAL = frozenset({"other", "resume", "support_letter", "photos", "authority", "organization_chart"})


@dataclass(frozen=True)
class Row:
    """One document in the list."""

    document: Document
    label: Any
    tag: str
    state: str
    insurance: str


def _crumbs(request: HttpRequest, *more: Crumb) -> None:
    first = [Crumb(gettext("Our organization"), reverse("people:organization"))]
    papers = [Crumb(gettext("Papers"), reverse("documents:vault"))] if more else [Crumb(gettext("Papers"))]
    request.shell_breadcrumbs = [*first, *papers, *more]  # type: ignore[attr-defined]


def _organization_id(request: HttpRequest) -> int:
    found = actor_of(request).organization_id
    if found is None:
        raise Http404
    return found


def _kind(word: str) -> Kind:
    if word not in KINDS or KINDS[word].pictures:
        raise Http404
    return KINDS[word]


def _document(request: HttpRequest, pk: int) -> Document:
    return found_or_404(queries.documents_of(actor_of(request)), pk=pk)


@requires("organization.view")
@require_GET
def vault(request: HttpRequest) -> HttpResponse:
    """Everything the organization keeps, what expires, what is not there yet."""
    actor, organization_id, day = actor_of(request), _organization_id(request), today()
    may_manage = actor.can("documents.manage")
    documents = [
        *queries.refused_of(actor, organization_id), *queries.vault_of(actor, organization_id),
    ]  # fmt: skip
    rows = [Row(d, KINDS[d.kind].label, *telling.state_of(d, day), telling.insurance(d)) for d in documents]
    held = {d.kind for d in documents}
    absent = [kind for word, kind in KINDS.items() if word not in held and word not in OPTIONAL]
    if may_manage:
        request.shell_next_action = NextAction(gettext("Add a document"), reverse("documents:choose"))  # type: ignore[attr-defined]
    _crumbs(request)
    context = {
        "groups": [
            (gettext("Needs you"), [r for r in rows if r.tag == "late" or r.tag == "now" and r.document.expires_on]),
            (
                gettext("In the vault"),
                [r for r in rows if r.tag == "done" or r.tag == "now" and not r.document.expires_on],
            ),
        ],
        "rows": rows,
        "absent": absent,
        "photo_sets": queries.photo_sets_of(actor, organization_id),
        "may_manage": may_manage,
    }
    return render(request, "documents/vault.html", context)


@requires("documents.manage")
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Which kind of paper is added."""
    _organization_id(request)
    _crumbs(request, Crumb(gettext("Add a document")))
    kinds = [(kind, REUSE_WORDS[kind.reuse]) for kind in KINDS.values() if not kind.pictures]
    return render(request, "documents/choose.html", {"kinds": kinds})


@requires("documents.manage")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a paper of one kind."""
    found, organization_id = _kind(kind), _organization_id(request)
    initial = {"title": str(found.label) if kind != "other" else ""}
    form = FileForm(found, *_posted(request), initial=initial)
    if request.method == "POST":
        file = _arrived(request, form)
        if file is not None and form.is_valid():
            given = form.cleaned_data
            try:
                document = actions.add_to_vault(
                    actor_of(request),
                    organization_id=organization_id,
                    kind=kind,
                    title=given["title"],
                    file=file,
                    issued_on=given["issued_on"],
                    expires_on=given["expires_on"],
                    details=form.details(),
                )
            except Invalid as problem:
                _show(form, problem)
            else:
                messages.success(request, gettext("The document is in your vault."))
                return redirect("documents:document", document.pk)
        if file is not None:
            form.keep(file)
    _crumbs(request, Crumb(gettext("Add a document"), reverse("documents:choose")), Crumb(str(found.label)))
    context = {"form": form, "kind": found, "reuse": REUSE_WORDS[found.reuse]}
    return render(request, "documents/add.html", context)


@requires("documents.manage")
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a newer version in a document's place."""
    document = _document(request, pk)
    kind = KINDS[document.kind]
    details = {k: v for k, v in AboutForm.facts(document).items() if k in ("coverage", "limit")}
    form = FileForm(kind, *_posted(request), titled=False, initial=details)
    if request.method == "POST":
        file = _arrived(request, form)
        if file is not None and form.is_valid():
            given = form.cleaned_data
            try:
                fresh = actions.replace(
                    actor_of(request),
                    document,
                    file=file,
                    issued_on=given["issued_on"],
                    expires_on=given["expires_on"],
                    details=form.details() if kind.insurance else None,
                )
            except Invalid as problem:
                _show(form, problem)
            except Conflict as conflict:
                form.add_error(None, conflict.message)
            else:
                messages.success(
                    request, gettext("The newer version is in your vault; the earlier one stays readable.")
                )
                return redirect("documents:document", fresh.pk)
        if file is not None:
            form.keep(file)
    _crumbs(request, Crumb(document.title, reverse("documents:document", args=[pk])), Crumb(gettext("Newer version")))
    return render(request, "documents/replace.html", {"form": form, "document": document, "kind": kind})


def _posted(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: a post with nothing in it at all is still a post."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _arrived(request: HttpRequest, form: FileForm) -> File | None:
    """The file of this post: received now, or the one that arrived before. None with the reason at the field."""
    actor = actor_of(request)
    form.full_clean()
    if "file" in form.errors:
        return None
    upload = form.cleaned_data.get("file")
    if upload is not None:
        token = str(form.cleaned_data.get("token") or "")
        try:
            return actions.receive(actor, upload, token=token)
        except Invalid as problem:
            _show(form, problem)
        except Conflict as conflict:
            form.add_error("file", conflict.message)
        return None
    file = queries.arrived_file(actor, form.cleaned_data.get("kept"))
    if file is None:
        form.add_error("file", gettext("Choose the file again."))
    return file


def _show(form: Any, problem: Invalid) -> None:
    for field, texts in problem.problems.items():
        form.add_error(field if field in form.fields else None, texts)


@requires("organization.view")
@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it is, until when, its versions and history."""
    actor, found, day = actor_of(request), _document(request, pk), today()
    kind, present = KINDS[found.kind], now()
    current = found.replaced_by_id is None and found.removed_at is None
    versions = queries.versions_of(actor, found)
    clock = None
    if current and found.expires_on is not None:
        clock = pieces.Clock(
            starts=found.added_at, due=chicago(found.expires_on, 23, 59), now=present,
            rule=gettext("We remind your administrators 60, 30 and 7 days before."),
        )  # fmt: skip
    if current and actor.can("documents.manage"):
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            gettext("Add a newer version"), reverse("documents:replace", args=[pk])
        )
    tag, state = telling.state_of(found, day)
    if found.removed_at is not None:
        tag, state = "", gettext("Removed %(at)s") % {"at": words.instant(found.removed_at)}
    elif found.replaced_by_id is not None:
        tag, state = "", gettext("Replaced by a newer version")
    _crumbs(request, Crumb(found.title))
    context = {
        "document": found,
        "kind": kind,
        "reuse": REUSE_WORDS[kind.reuse],
        "tag": tag,
        "state": state,
        "clock": clock,
        "insurance": telling.insurance(found),
        "checked": telling.checked(found.file),
        "size": words.file_size(found.file.size),
        "versions": [(v, telling.state_of(v, day)) for v in versions] if len(versions) > 1 else [],
        "acts": tell(entries_for([*versions, *(v.file for v in versions)])[:50]),
        "current": current,
        "may_manage": actor.can("documents.manage"),
    }
    return render(request, "documents/document.html", context)


@requires("documents.manage")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was typed about a document; its file stays."""
    found = _document(request, pk)
    form = AboutForm(KINDS[found.kind], request.POST or None, initial=AboutForm.facts(found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.correct(
                actor_of(request),
                found,
                title=given["title"],
                issued_on=given["issued_on"],
                expires_on=given["expires_on"],
                details=form.details() if KINDS[found.kind].insurance else None,
            )
        except Invalid as problem:
            _show(form, problem)
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            messages.success(request, gettext("Corrected."))
            return redirect("documents:document", pk)
    _crumbs(request, Crumb(found.title, reverse("documents:document", args=[pk])), Crumb(gettext("Correct")))
    return render(request, "documents/correct.html", {"form": form, "document": found})


@requires("documents.manage")
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a document out of the vault, after saying what follows."""
    found = _document(request, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove(actor_of(request), found, why=form.cleaned_data["why"])
        except Conflict as conflict:
            form.add_error(None, conflict.message)
        else:
            messages.success(request, gettext("The document is out of your vault."))
            return redirect("documents:vault")
    _crumbs(request, Crumb(found.title, reverse("documents:document", args=[pk])), Crumb(gettext("Remove")))
    return render(request, "documents/remove.html", {"form": form, "document": found})


@requires("documents.manage")
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest) -> HttpResponse:
    """Several photographs become one PDF in the vault."""
    actor, organization_id = actor_of(request), _organization_id(request)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            files = [
                actions.receive(actor, upload, token=f"{given['token']}-{n}", field="photographs")
                for n, upload in enumerate(given["photographs"])
            ]
            actions.photos_to_pdf(actor, organization_id=organization_id, title=given["title"], files=files)
        except Invalid as problem:
            _show(form, problem)
        except Conflict as conflict:
            form.add_error("photographs", conflict.message)
        else:
            messages.success(
                request, gettext("We have your photographs and put them into one PDF. It takes about a minute.")
            )
            return redirect("documents:vault")
    _crumbs(request, Crumb(gettext("Photographs")))
    return render(request, "documents/photos.html", {"form": form})
