"""The acts from opening to the signed contract, in words, for histories (`history/telling.py`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement_portal.history.telling import ACTS, FIELDS


def register() -> None:
    """Called once, when the app is ready. Acts that change a state have the words of their workflow."""
    ACTS.update(
        {
            "opening.ask": _("Opening asked for by a first officer"),
            "proposal.find_responsiveness": _("Responsiveness found"),
            "evaluation.assign": _("Readers assigned"),
            "evaluation.change_rules": _("Rules of the evaluation changed"),
            "evaluation.move_due_date": _("Date for the scores moved"),
            "panel.appoint": _("Appointed to the panel"),
            "panel.replace": _("Place on the panel passed on"),
            "panel.end": _("Place on the panel ended"),
            "panel.team": _("Reader team kept"),
            "panel.remove_team": _("Reader team taken away"),
            "conflict.declare": _("Conflicts of interest declared"),
            "conflict.find": _("Possible conflict found by a name"),
            "conflict.review": _("Possible conflict decided"),
            "reading.assign": _("Reader assigned"),
            "reading.unassign": _("Reader taken off"),
            "reading.end": _("Reading ended"),
            "reading.lock": _("Scores locked"),
            "meeting.hold": _("Consensus meeting held"),
            "meeting.change_score": _("Points changed in a consensus meeting"),
            "meeting.close": _("Consensus meeting closed"),
            "meeting.open_again": _("Consensus meeting opened again"),
            "shortlist.decide": _("Shortlist decided"),
            "interview.invite": _("Invited to an interview"),
            "interview.record": _("Interview recorded"),
            "clarification.ask": _("Question to the proposer"),
            "clarification.answer": _("Question answered by the proposer"),
            "clarification.late": _("An answer came too late"),
            "cure.publish": _("Cure window published"),
            "cure.hand_in": _("Missing paper handed in"),
            "cure.late": _("A paper came too late"),
            "recommendation.begin": _("Recommendation begun"),
            "recommendation.fill": _("Recommendation filled from the rank"),
            "recommendation.save": _("Recommendation changed"),
            "recommendation.send": _("Recommendation sent to approval"),
            "letter.write": _("Letter of decision written"),
            "letter.paper": _("Letter of decision made"),
            "award.version": _("Version of scope and budget put forward"),
            "award.side_agrees": _("One side agreed to scope and budget"),
            "legislative.agenda": _("Agenda of the legislature recorded"),
            "legislative.result": _("Result of the legislature recorded"),
            "protest.file": _("Protest filed"),
            "protest.late": _("A protest came too late"),
            "protest.determine": _("Determination signed"),
            "contract.make": _("Contract made"),
            "contract.change": _("Contract changed"),
            "contract.forecast": _("Expected day moved"),
            "contract.sign": _("Signed"),
            "contract.sign_refused": _("A signature was refused"),
            "contract.audit_read": _("Read by an auditor"),
            "contract_paper.make": _("Document made"),
            "contract_paper.pdf": _("PDF of the document made"),
            "contract_paper.signed_copy": _("Signed copy made"),
            "contract_paper.void": _("Document voided"),
            "contract_step.open": _("Step opened"),
            "contract_step.done": _("Step done"),
            "contract_step.again": _("Step opened again"),
            "contract_step.return": _("Sent back"),
            "contract_step.answer": _("Answered what was sent back"),
            "amendment.draft": _("Amendment drafted"),
            **{
                f"recommendation.{step}_{outcome}": words
                for step in ("budget", "procurement", "chief")
                for outcome, words in (("approved", _("Approved")), ("returned", _("Returned")))
            },
        }
    )
    FIELDS.update(
        {
            "expected_p50_on": _("Expected in half of such cases by"),
            "expected_p80_on": _("Expected in four of five cases by"),
            "path": _("Steps the day hangs on"),
            "warning": _("Warning"),
        }
    )
