"""The history room as an installed app."""

from procurement_portal.web.app import App


class HistoryConfig(App):
    name = "procurement_portal.history"
    label = "history"
