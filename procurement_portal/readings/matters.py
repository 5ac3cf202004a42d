"""What the open questions and numbers are about, by government: the order and the headings of their list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement_portal.readings.queries import Standing

GOVERNMENTS: dict[str, str | Promise] = {
    "city": _("City of Chicago"),
    "county": _("Cook County"),
    "both": _("City and County alike"),
    "portal": _("The portal itself"),
}


@dataclass(frozen=True)
class Matter:
    """A heading, and the beginnings of the keys that stand under it."""

    government: str
    label: str | Promise
    keys: tuple[str, ...]

    def has(self, key: str) -> bool:
        """Whether a key stands under it: the beginning itself, or what follows it after a dot."""
        return any(key == start or key.startswith(f"{start}.") for start in self.keys)


MATTERS = (
    Matter("city", _("What the participation program covers"), ("city.scope", "city.threshold")),
    Matter("city", _("Goals and commitments"), ("city.goal", "city.pct", "city.commitment")),
    Matter("city", _("What counts as participation"), ("city.credit",)),
    Matter("city", _("Waivers"), ("city.waiver",)),
    Matter("city", _("Target market"), ("city.tm",)),
    Matter("city", _("While the contract runs"), ("city.mod", "city.report", "city.access")),
    Matter("city", _("Penalties and hearings"), ("city.penalty", "city.hearing", "city.second_failure")),
    Matter("county", _("Price preferences"), ("county.pref", "county.local", "county.se", "county.stack", "county.tie")),
    Matter("county", _("Veterans' businesses"), ("county.vbe", "county.veteran")),
    Matter("county", _("Apprentices, young workers and earned credits"), ("county.apprentice", "county.youth", "county.ec")),
    Matter("county", _("Where the ordinance applies"), ("county.qc", "county.effective")),
    Matter("both", _("Local business and federal money"), ("local", "pref")),
    Matter("both", _("Days and business days"), ("calendar",)),
    Matter("both", _("Advances"), ("advance",)),
    Matter("portal", _("How the portal is run"), ("portal",)),
)  # fmt: skip


def of_key(key: str) -> Matter:
    """The heading a key stands under. Raises LookupError for a key nobody gave one."""
    for matter in MATTERS:
        if matter.has(key):
            return matter
    raise LookupError(f"{key} stands under no heading of procurement_portal/readings/matters.py")


def grouped(rows: Iterable[Standing]) -> list[tuple[str | Promise, list[tuple[Matter, list[Standing]]]]]:
    """(government, [(heading, its rows)]), both in the order above; what has no rows is left out. Raises LookupError."""
    found: dict[Matter, list[Standing]] = {matter: [] for matter in MATTERS}
    for row in rows:
        found[of_key(row.key)].append(row)
    return [
        (label, under)
        for code, label in GOVERNMENTS.items()
        if (under := [(m, rows) for m, rows in found.items() if m.government == code and rows])
    ]
