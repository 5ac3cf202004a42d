"""How somebody is known to the API: by the session of the pages.

Whoever is not signed in and asks for what needs it is answered 401 with a challenge, so that a program knows that signing in
would help; whoever is signed in and may not see it is answered 404, as on the pages.
"""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

REALM = "Procurement Portal"


class ApiSession(SessionAuthentication):
    """The session, with a challenge: without one DRF answers 403 to everybody."""

    def authenticate_header(self, request: Request) -> str:
        """What `WWW-Authenticate` says. No scheme a browser would ask a password for by itself."""
        return f'Session realm="{REALM}"'


class ApiSessionScheme(OpenApiAuthenticationExtension):
    """The same for the OpenAPI description."""

    target_class = ApiSession
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A cookie, by its name."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
