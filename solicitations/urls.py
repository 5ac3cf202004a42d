"""Every address of the app; each page family keeps its own patterns beside its views."""

from __future__ import annotations

from solicitations.views import find, notice, register, saved_searches

app_name = "solicitations"
urlpatterns = [
    *find.patterns,
    *notice.patterns,
    *saved_searches.patterns,
    *register.patterns,
]
