"""Run in a process of its own over the proof's own database: makes one proposal and a signed-in session, prints them."""

from __future__ import annotations

import json
import time

import django


def prepare() -> dict[str, object]:
    """One published notice, Ben's proposal for it, and a session of Ben's."""
    from django.contrib.sessions.backends.db import SessionStore

    from procurement_portal.time import clock
    from solicitations.states import QuestionKind
    from tests.cast import make_cast
    from tests.factories.submissions import begin, open_solicitation, question

    cast = make_cast()
    proposal = begin(cast.ben, open_solicitation(cast))
    text = question(proposal.solicitation, QuestionKind.TEXT)
    session = SessionStore()
    session["_auth_user_id"] = str(cast.ben.user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = cast.ben.user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()}, {"method": "mfa", "at": time.time(), "type": "totp"}
    ]  # fmt: skip
    session["account_authentication_methods_user"] = str(cast.ben.user.pk)
    session["acting_as"] = cast.ben.acting_as
    session.create()
    assert clock.now() < proposal.solicitation.due_at
    return {
        "session": session.session_key, "path": f"/our-answers/{proposal.pk}/sections/{text.section_id}/",
        "name": f"q-{text.key}", "save": f"/our-answers/{proposal.pk}/save/",
    }  # fmt: skip


if __name__ == "__main__":
    django.setup()
    print("GROUND " + json.dumps(prepare()))
