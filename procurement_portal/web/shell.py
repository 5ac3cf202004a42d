"""What the frame of a page needs to know: who, as whom, where, what next, whom to call. Plain data, no domain words.

A context processor puts one `Shell` into every template as `shell`. A page changes its own part of the frame with
template blocks (`crumbs`, `action`) or, from the view, by `request.shell_breadcrumbs` and `request.shell_next_action`,
which `framed()` picks up. `Shell.bare()` is the frame of an error page when nothing else can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation or of the side list. `count` None shows no number; `late` makes the number say so."""

    label: Text
    url: str
    active: bool = False
    count: int | None = None
    late: bool = False


@dataclass(frozen=True)
class SideGroup:
    """A titled group of the side list, for example the desks of a department."""

    label: Text
    items: Sequence[NavItem]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb. The last one, the page itself, has no address."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class NextAction:
    """The one thing to do next: the only filled button of the page's head. `method` is "get" (a link) or "post"."""

    label: Text
    url: str
    method: str = "get"
    hint: Text = ""


@dataclass(frozen=True)
class ActingChoice:
    """One organization or desk a person can act as. Chosen by POST of `value` under the name `acting_as`."""

    label: Text
    value: str
    detail: Text = ""
    current: bool = False


@dataclass(frozen=True)
class ActingAs:
    """What the person acts as now. With fewer than two choices there is nothing to switch and no switcher is shown."""

    label: Text
    detail: Text = ""
    switch_url: str = ""
    choices: Sequence[ActingChoice] = ()


@dataclass(frozen=True)
class Who:
    """The person signed in. `links` are the entries of the account menu; signing out is a POST. `key` marks whose unsent text is kept."""

    name: str
    sign_out_url: str
    links: Sequence[NavItem] = ()
    key: int | None = None

    @property
    def unread(self) -> int:
        """What waits unread in the account menu: shown beside the name, where it is seen while the menu is closed."""
        return sum(link.count or 0 for link in self.links)


@dataclass(frozen=True)
class Language:
    """One language of the page: its own name, its code, the address of this page in it."""

    name: str
    code: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class BrokenContact:
    """Whom to call when something is broken. `url` is the page that takes a report; the reference number is added."""

    phone: str
    hours: Text
    url: str = ""


@dataclass(frozen=True)
class Shell:
    """The frame of one page for one person."""

    broken_contact: BrokenContact
    home_url: str = "/"
    who: Who | None = None
    acting_as: ActingAs | None = None
    nav: Sequence[NavItem] = ()
    side: Sequence[SideGroup] = ()
    breadcrumbs: Sequence[Crumb] = ()
    next_action: NextAction | None = None
    search_url: str = ""
    sign_in_url: str = ""
    register_url: str = ""
    languages: Sequence[Language] = ()
    footer: Sequence[NavItem] = ()
    environment: Text = ""  # "Demonstration: fictional people and organizations"; empty in production
    session_seconds: int | None = None  # until the session ends without a further request; None shows no warning
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def bare(cls) -> Shell:
        """The frame that needs neither database nor session: name, home, phone and hours."""
        return cls(broken_contact=BrokenContact(phone=settings.HELP_PHONE, hours=settings.HELP_HOURS))


def framed(shell: Shell, request: HttpRequest) -> Shell:
    """The shell with what the view itself said: `request.shell_breadcrumbs`, `request.shell_next_action`."""
    return replace(
        shell,
        breadcrumbs=getattr(request, "shell_breadcrumbs", shell.breadcrumbs),
        next_action=getattr(request, "shell_next_action", shell.next_action),
    )


def active(items: Sequence[NavItem], path: str) -> list[NavItem]:
    """The same entries with the one marked whose address is the longest beginning of `path`; "/" only by itself."""
    fitting = [i.url for i in items if path == i.url or (len(i.url) > 1 and path.startswith(i.url.rstrip("/") + "/"))]
    best = max(fitting, key=len, default=None)
    return [replace(i, active=i.url == best) for i in items]
