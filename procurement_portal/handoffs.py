"""What one app's event makes another app do, and which records have conversations. The one page that says it.

Registered in `apps.py`. Handlers run in listed order, in the transaction of the act.
"""

from __future__ import annotations

from procurement_portal.clocks.events import ClockBreached, ClockDue
from procurement_portal.documents.access import Provider
from procurement_portal.documents.events import FileRefused, PhotosReady
from procurement_portal.events import Event, Handler
from procurement_portal.notifications import deadlines, failures, files
from procurement_portal.notifications import people as people_notices
from procurement_portal.notifications.threads import ThreadSubject
from procurement_portal.outbox.events import IntentGivenUp
from procurement_portal.people import events as people
from procurement_portal.people.scopes import ScopeKind
from solicitations.actions import award_handoffs, opening, receipt, way
from solicitations.events import (
    AddendumIssued,
    AwardAgreed,
    ContractExecuted,
    IncumbentExtended,
    LegislatureDecided,
    SolicitationClosed,
)
from solicitations.notifications.threads import SUBMISSION_THREADS
from solicitations.queries import letters, opened_files, paper
from solicitations.queries.scopes import CONTRACT_SCOPE, SUBMISSION_SCOPE

HANDOFFS: dict[type[Event], tuple[Handler, ...]] = {
    AddendumIssued: (receipt.on_addendum,),
    AwardAgreed: (award_handoffs.on_agreed,),
    ClockBreached: (deadlines.tell_breached,),
    ClockDue: (deadlines.tell_due,),
    ContractExecuted: (way.on_executed,),
    FileRefused: (files.tell_refused,),
    IncumbentExtended: (award_handoffs.on_extended,),
    IntentGivenUp: (failures.tell_given_up,),
    LegislatureDecided: (award_handoffs.on_legislature,),
    PhotosReady: (files.tell_photos,),
    SolicitationClosed: (opening.on_closed,),
    people.AbsenceNoted: (people_notices.tell_absence,),
    people.EngagementGiven: (people_notices.tell_engaged,),
    people.InvitationAnswered: (people_notices.tell_invitation_answered,),
    people.InvitationMade: (people_notices.tell_invited,),
    people.RecoveryAsked: (people_notices.tell_recovery,),
    people.RecoveryChecked: (people_notices.tell_recovery,),
    people.RecoveryEnded: (people_notices.tell_recovery,),
    people.RoleEnded: (people_notices.tell_role_ended,),
    people.RoleGiven: (people_notices.tell_role_given,),
    people.SignatoryClaimed: (people_notices.tell_claimed,),
    people.VentureNamed: (people_notices.tell_venture,),
}

# What an organization may limit a role to (`people/scopes.py`), besides one department's matters.
SCOPES: dict[str, ScopeKind] = {
    "solicitations.submission": SUBMISSION_SCOPE,
    "solicitations.contract": CONTRACT_SCOPE,
}

# The kinds of records with a message thread (`notifications/threads.py`).
THREADS: dict[str, ThreadSubject] = {
    "solicitations.submission": SUBMISSION_THREADS,
}

# Who else reads a file than the organization it belongs to (`documents/access.py`).
FILE_READERS: dict[str, Provider] = {
    "solicitations.opened": opened_files.reading,
    "solicitations.letters": letters.reading,
    "solicitations.contract": paper.reading,
}
