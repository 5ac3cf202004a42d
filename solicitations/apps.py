"""The solicitations app."""

from procurement_portal.web.app import App


class SolicitationsConfig(App):
    name = "solicitations"
