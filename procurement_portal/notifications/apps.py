"""The notifications room as an installed app."""

from procurement_portal.web.app import App


class NotificationsConfig(App):
    name = "procurement_portal.notifications"
    label = "notifications"
