"""Every address of the app; each page family keeps its own patterns beside its views."""

from __future__ import annotations

from solicitations.views import (
    addenda,
    answer_fields,
    answers,
    budget,
    criteria,
    find,
    inquiries,
    notice,
    partners,
    plan,
    publish,
    questions,
    readiness,
    receipts,
    register,
    saved_searches,
    submit,
    templates,
    versions,
)

app_name = "solicitations"
urlpatterns = [
    *find.patterns,
    *notice.patterns,
    *saved_searches.patterns,
    *register.patterns,
    *criteria.patterns,  # before plan: its library is no number of a solicitation
    *templates.patterns,
    *plan.patterns,
    *questions.patterns,
    *publish.patterns,
    *addenda.patterns,
    *inquiries.patterns,
    *versions.patterns,
    *readiness.patterns,
    *answers.patterns,
    *answer_fields.patterns,
    *budget.patterns,
    *partners.patterns,
    *submit.patterns,
    *receipts.patterns,
]
