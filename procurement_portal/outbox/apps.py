"""The outbox room as an installed app."""

from procurement_portal.web.app import App


class OutboxConfig(App):
    name = "procurement_portal.outbox"
    label = "outbox"
