"""Every address of the app; each page family keeps its own patterns beside its views."""

from __future__ import annotations

from solicitations.views import (
    addenda,
    answer_fields,
    answers,
    assignment,
    budget,
    criteria,
    evaluation,
    find,
    inquiries,
    notice,
    opening,
    panel,
    partners,
    plan,
    publish,
    questions,
    readiness,
    receipts,
    register,
    saved_searches,
    scoring,
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
    *opening.patterns,
    *evaluation.patterns,
    *panel.patterns,
    *assignment.patterns,
    *scoring.patterns,
    *readiness.patterns,
    *answers.patterns,
    *answer_fields.patterns,
    *budget.patterns,
    *partners.patterns,
    *submit.patterns,
    *receipts.patterns,
]
