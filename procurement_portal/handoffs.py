"""What one app's event makes another app do. The one page that says it; registered in `apps.py`."""

from __future__ import annotations

from procurement_portal.events import Event, Handler

HANDOFFS: dict[type[Event], tuple[Handler, ...]] = {}
