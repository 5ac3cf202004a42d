"""Django's administration, for looking only. Questions asked privately and everything proposers write are not in it."""

from __future__ import annotations

from django.contrib import admin

from procurement_portal.people.admin import LookOnly
from solicitations.models.addendum import Addendum, AddendumTouch, Version
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.criterion import Criterion
from solicitations.models.facts import FundingShare, Lot, RequiredDocument, ServiceArea
from solicitations.models.question import Question, Section
from solicitations.models.solicitation import Solicitation
from solicitations.models.trace import Trace

admin.site.register(
    [
        Solicitation, Section, Question, Criterion, ServiceArea, FundingShare, Lot, RequiredDocument, LibraryItem,
        Departure, Addendum, AddendumTouch, Version, Trace, Contract, ContractParticipant, Amendment,
    ],
    LookOnly,
)  # fmt: skip
