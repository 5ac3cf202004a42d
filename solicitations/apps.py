"""The solicitations app."""

from procurement_portal.web.app import App


class SolicitationsConfig(App):
    name = "solicitations"

    def ready(self) -> None:
        from solicitations.workflow import telling

        telling.register()
