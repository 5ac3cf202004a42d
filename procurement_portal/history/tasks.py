"""The sealer, every few seconds by the timetable."""

from __future__ import annotations

from celery import shared_task

from procurement_portal.history import chain


@shared_task(name="history.seal")
def seal() -> int:
    """Seal what was committed since; returns how many entries."""
    return chain.seal()
