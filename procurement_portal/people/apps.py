"""The people room as an installed app."""

from procurement_portal.web.app import App


class PeopleConfig(App):
    name = "procurement_portal.people"
    label = "people"
