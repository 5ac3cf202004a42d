"""The web room as an installed app."""

from django.conf import settings

from procurement_portal.web import logs
from procurement_portal.web.app import App


class WebConfig(App):
    name = "procurement_portal.web"
    label = "web"

    def ready(self) -> None:
        """Sets up the logs; while tests run, an undefined template variable fails."""
        logs.configure()
        if getattr(settings, "TESTING", False):
            from procurement_portal.web import strict

            strict.install()
