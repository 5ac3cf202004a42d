"""The least that could answer: one indexed SELECT of 25 rows and a template; a file hashed, flushed and noted.

They go through the portal's whole middleware, like what they are compared with: the ratio shows what the page itself costs.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Template, engines
from django.views.decorators.csrf import csrf_exempt

from procurement_portal.people.access import public

_ROWS = """<!doctype html><html lang="en"><head><title>Rows</title></head><body><main><h1>Rows</h1><ul>
{% for row in rows %}<li><h2><a href="/opportunities/{{ row.pk }}/">{{ row.title }}</a></h2><p>{{ row.number }}</p>
<p>{{ row.department.name }} {{ row.get_service_category_display }}</p>
<p>{{ row.due_at|date:"M j, Y, g:i a" }} {{ row.amount_total }} {{ row.status }}</p></li>{% endfor %}
</ul></main></body></html>"""


@cache
def _template() -> Template:
    return engines["django"].from_string(_ROWS)  # type: ignore[return-value]


@public
def one_query(request: HttpRequest) -> HttpResponse:
    """The 25 published notices due soonest: one SELECT over an index, with what a list shows of each."""
    rows = (
        apps.get_model("solicitations", "Solicitation")
        .objects.filter(status="published")
        .select_related("department")
        .only("id", "number", "title", "department__name", "service_category", "due_at", "amount_total", "status")
        .order_by("due_at", "id")[:25]
    )
    return HttpResponse(_template().render({"rows": rows}))  # type: ignore[arg-type]


@public
@csrf_exempt
def submission(request: HttpRequest) -> HttpResponse:
    """A body kept as a file: SHA-256, written and flushed to the disk, one row in one transaction."""
    body = request.body
    name = uuid.uuid4().hex
    folder = Path(settings.STATE_DIR) / "bench-submissions"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        with (folder / name).open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_submission (name, size, sha256, at) VALUES (%s, %s, %s, clock_timestamp())",
                [name, len(body), digest],
            )
    return HttpResponse(digest)
