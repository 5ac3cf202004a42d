"""The documents room as an installed app."""

from procurement_portal.web.app import App


class DocumentsConfig(App):
    name = "procurement_portal.documents"
    label = "documents"

    def ready(self) -> None:
        from procurement_portal.documents import telling

        telling.register()
