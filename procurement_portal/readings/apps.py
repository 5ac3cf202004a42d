"""The readings room as an installed app."""

from procurement_portal.web.app import App


class ReadingsConfig(App):
    name = "procurement_portal.readings"
    label = "readings"
