"""The reference number of a request: short enough to say on the phone, long enough to find its log lines."""

from __future__ import annotations

import secrets

import structlog


def current_reference() -> str:
    """ "4F2A91C3-07": the first ten hex digits of the request id in the logs. Outside a request, a fresh one."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", "")) or secrets.token_hex(16)
    digits = request_id.replace("-", "")[:10].upper()
    return f"{digits[:8]}-{digits[8:]}"
