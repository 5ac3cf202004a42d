"""How gunicorn serves the portal: `gunicorn -c python:procurement_portal.serving procurement_portal.wsgi:application`.

The portal is loaded once, before the workers fork: a worker that was killed is back as fast as a fork, and the workers share
the memory of what never changes.
"""

from __future__ import annotations

import gc
import os
import tempfile
from typing import Any

from django.conf import settings
from django.db import connections
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

from procurement_portal.documents.inspectors import inspectors

worker_class = "gthread"
workers = 2
# A thread only holds the line of one person; the work is done by the few threads of `web/lanes.py`.
threads = 300
preload_app = True
timeout = 60
control_socket_disable = True
# The heartbeat file; a private name is made in it.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()  # nosec B108


def when_ready(_server: Any) -> None:
    """Before the first worker: load what the first request would load, and keep it out of the collector's way."""
    for pattern in get_resolver().url_patterns:
        getattr(pattern, "url_patterns", None)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    engines.all()
    gc.collect()
    gc.freeze()


def pre_fork(_server: Any, _worker: Any) -> None:
    """No connection to the database may have two owners."""
    connections.close_all()


def post_worker_init(_worker: Any) -> None:
    """The first upload need not wait for the inspectors."""
    inspectors.warm()
