"""Whether the portal lives, for machines: `healthz` asks the process, `readyz` what it depends on."""

from __future__ import annotations

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from procurement_portal.people.access import public

_migrated: list[bool] = []  # once true, true for this process: a new release is a new process


@public
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The process reaches its database, whose tables are those of this release, and its cache; else 503 with what fails."""
    failing = [name for name, works in (("database", _database), ("tables", _tables), ("cache", _cache)) if not works()]
    if failing:
        return JsonResponse({"status": "not ready", "failing": failing}, status=503)
    return JsonResponse({"status": "ready"})


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT portal_now()")
    except Exception:  # whatever keeps us from the database means: not ready
        return False
    return True


def _tables() -> bool:
    if _migrated:
        return True
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:  # as above
        return False
    if not waiting:
        _migrated.append(True)
    return not waiting


def _cache() -> bool:
    try:
        cache.get("readyz")
    except Exception:  # as above
        return False
    return True
