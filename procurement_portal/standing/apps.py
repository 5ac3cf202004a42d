"""The standing room as an installed app."""

from procurement_portal.web.app import App


class StandingConfig(App):
    name = "procurement_portal.standing"
    label = "standing"
