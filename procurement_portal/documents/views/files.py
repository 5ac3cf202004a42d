"""Serving files: each from its own path, as an attachment, under a policy that lets nothing run."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from procurement_portal.documents import access, storage
from procurement_portal.documents.models import FileState
from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, public
from procurement_portal.vault.sealing import SealClosed
from procurement_portal.web.refusal import Refused

SANDBOX = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@public  # who may read is decided by `access.reading`: a notice's attachments are for everybody
@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One file, if this actor may read it and it is released. `name` only helps the reader's eye; the header has the real one."""
    actor = actor_of(request)
    allowed = access.find(actor, pk)
    if allowed is None:
        raise Http404
    found, reading = allowed
    if found.state == FileState.REFUSED:
        raise Refused(found.state_reason)
    if found.state != FileState.RELEASED:
        raise Refused(gettext("This file is still being scanned. Look again in a minute."))
    try:
        facts = found.about
    except SealClosed:
        raise Http404 from None  # sealed until opening: it does not exist for anyone
    if reading is access.Reading.WITNESSED:
        witness(actor, "file.read", found)
    response = StreamingHttpResponse(
        storage.pieces(found) if request.method == "GET" else [], content_type=facts["content_type"]
    )
    response["Content-Length"] = str(facts["size"])
    response["Content-Disposition"] = content_disposition_header(True, facts["name"])  # RFC 6266, RFC 5987
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
