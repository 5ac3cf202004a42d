"""What every page knows: who acts, as whom, where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from procurement_portal.people.actor import Actor
from procurement_portal.web.shell import Shell, framed


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the actor and the shell of the page."""
    return {"actor": getattr(request, "actor", Actor.public()), "shell": framed(Shell.bare(), request)}
