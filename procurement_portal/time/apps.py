"""The time room as an installed app; it also keeps the two database roles apart."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TimeConfig(AppConfig):
    name = "procurement_portal.time"
    label = "portal_time"

    def ready(self) -> None:
        from procurement_portal.time import roles

        connection_created.connect(roles.take_application_role, dispatch_uid="portal.role")
        post_migrate.connect(roles.grant_tables, sender=self, dispatch_uid="portal.grants")
