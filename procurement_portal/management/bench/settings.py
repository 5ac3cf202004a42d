"""The portal's own settings, with the bench's bare views beside the portal's addresses."""

from procurement_portal.settings import *  # noqa: F403

ROOT_URLCONF = "procurement_portal.management.bench.urls"
