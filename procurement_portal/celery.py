"""The Celery app. It carries ids; what must run is in the outbox."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement_portal.settings")
app = Celery("procurement_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def take_timetable(sender: Celery, **_: object) -> None:
    """Read the whole timetable from `schedule.py`."""
    from procurement_portal.schedule import TIMETABLE

    sender.conf.beat_schedule = {
        name: {"task": name, "schedule": seconds, "options": {"expires": seconds * 2}} for name, seconds in TIMETABLE
    }
