"""Logs: one JSON line an event in production, plain lines in demo mode. No personal data, no request bodies, no query strings."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.conf import settings


def _without_query(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Addresses are logged without what stands after the question mark: searches and tokens are nobody's business."""
    if isinstance(request := event.get("request"), str):
        event["request"] = request.partition("?")[0]
    return event


def configure() -> None:
    """Set up structlog once, at start-up. Tests keep to errors: a walk of 7,000 requests must stay readable."""
    level = logging.ERROR if settings.TESTING else logging.getLevelName(settings.LOG_LEVEL)
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if settings.EMBEDDED else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_query,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
