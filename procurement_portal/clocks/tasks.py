"""The one sweeper of all deadlines."""

from celery import shared_task

from procurement_portal.clocks import actions


@shared_task(name="clocks.sweep")
def sweep() -> list[int]:
    """Announce what comes near, mark what is late; returns [announced, breached]."""
    return list(actions.sweep())
