"""Every address of the app; each page family keeps its own patterns beside its views."""

from __future__ import annotations

from solicitations.views import (
    addenda,
    criteria,
    find,
    inquiries,
    notice,
    plan,
    publish,
    questions,
    register,
    saved_searches,
)

app_name = "solicitations"
urlpatterns = [
    *find.patterns,
    *notice.patterns,
    *saved_searches.patterns,
    *register.patterns,
    *criteria.patterns,  # before plan: its library is no number of a solicitation
    *plan.patterns,
    *questions.patterns,
    *publish.patterns,
    *addenda.patterns,
    *inquiries.patterns,
]
