"""The portal itself: loads the Celery app and registers the handoffs, once everything below is ready."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "procurement_portal"
    label = "procurement_portal"

    def ready(self) -> None:
        import procurement_portal.celery  # noqa: F401  the app every task binds to
        from procurement_portal import events, handoffs
        from procurement_portal.documents import access
        from procurement_portal.notifications import queries, threads
        from procurement_portal.pages import side
        from procurement_portal.people import scopes, shell

        events.register(handoffs.HANDOFFS)
        for subject_type, provider in handoffs.THREADS.items():
            threads.register(subject_type, provider)
        for name, reader in handoffs.FILE_READERS.items():
            access.add_provider(name, reader)
        for kind, offered in handoffs.SCOPES.items():
            scopes.register(kind, offered)
        shell.side_items.append(side.desk_groups)
        shell.unread.append(queries.unread_count)
