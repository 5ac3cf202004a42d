"""The WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from procurement_portal.web.lanes import Lanes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement_portal.settings")
application = Lanes(get_wsgi_application())
