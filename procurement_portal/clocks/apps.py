"""The clocks room as an installed app."""

from procurement_portal.web.app import App


class ClocksConfig(App):
    name = "procurement_portal.clocks"
    label = "clocks"
