"""The papers an organization keeps: what each is in plain words, whether it lapses, how often it is used again, how long it takes.

The words are stored; a word is never changed or taken out once an organization has used it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Reuse(StrEnum):
    """How long one paper serves."""

    UNTIL_CHANGED = "until_changed"  # until what it says is no longer so
    UNTIL_LAPSE = "until_lapse"  # until its day
    EACH_TIME = "each_time"  # made anew for each solicitation or award


REUSE_WORDS: dict[Reuse, Text] = {
    Reuse.UNTIL_CHANGED: _("Used again until something in it changes."),
    Reuse.UNTIL_LAPSE: _("Used again until the day it expires."),
    Reuse.EACH_TIME: _("Made anew for each solicitation or award."),
}


class Coverage(models.TextChoices):
    """The coverages a certificate of insurance can show."""

    GENERAL = "general_liability", _("Commercial general liability")
    AUTO = "automobile", _("Automobile liability")
    WORKERS = "workers_compensation", _("Workers’ compensation and employer’s liability")
    PROFESSIONAL = "professional", _("Professional liability")
    ABUSE = "sexual_abuse", _("Sexual abuse and molestation")
    UMBRELLA = "umbrella", _("Umbrella or excess liability")
    CYBER = "cyber", _("Cyber liability")


@dataclass(frozen=True)
class Kind:
    """One kind of paper."""

    word: str
    label: Text
    what: Text  # in plain words
    takes: Text  # how long it takes to get
    reuse: Reuse
    expires: bool = False  # whether its day must be given
    sensitive: bool = False  # a reading by anyone outside the organization is witnessed
    insurance: bool = False  # has a coverage and a limit
    pictures: bool = False


_KINDS = (
    Kind(
        "w9", _("W-9"),
        _("The IRS form that gives your legal name and taxpayer number, so that you can be paid."),
        _("About 15 minutes: fill in and sign the form from irs.gov."),
        Reuse.UNTIL_CHANGED, sensitive=True,
    ),
    Kind(
        "economic_disclosure", _("Economic disclosure statement (EDS)"),
        _("Says who owns or controls the organization and whether anyone has an interest in the contract."),
        _("One to two hours the first time, with your board list at hand."),
        Reuse.EACH_TIME, sensitive=True,
    ),
    Kind(
        "good_standing", _("Certificate of good standing"),
        _("The Illinois Secretary of State certifies that the organization exists and has filed its annual report."),
        _("Minutes online if your annual report is filed; otherwise one to two weeks."),
        Reuse.UNTIL_LAPSE, expires=True,
    ),
    Kind(
        "charity_registration", _("Charity registration"),
        _("The Illinois Attorney General’s registration of organizations that hold charitable funds."),
        _("Two to six weeks for a first registration; a renewal goes with the annual report."),
        Reuse.UNTIL_LAPSE, expires=True,
    ),
    Kind(
        "sam_registration", _("SAM registration and UEI"),
        _("The federal registration at SAM.gov with your Unique Entity ID; needed where federal money pays."),
        _("Two to four weeks the first time; renewed each year at no cost."),
        Reuse.UNTIL_LAPSE, expires=True,
    ),
    Kind(
        "grant_prequalification", _("Grant prequalification"),
        _("The State of Illinois confirms in its grant portal that the organization is qualified to receive grants."),
        _("Two to three weeks, after SAM registration and good standing."),
        Reuse.UNTIL_LAPSE, expires=True,
    ),
    Kind(
        "debts_owed", _("Statement of debts owed"),
        _("Says whether the organization owes the City or the County anything, such as fines or taxes, or has a payment plan."),
        _("About 20 minutes; one to two weeks if a debt has to be settled first."),
        Reuse.EACH_TIME, sensitive=True,
    ),
    Kind(
        "insurance", _("Certificate of insurance"),
        _("Your insurer’s certificate (ACORD 25) of one coverage and its limit. Add one for each coverage."),
        _("One to five business days from your insurance agent."),
        Reuse.UNTIL_LAPSE, expires=True, insurance=True,
    ),
    Kind(
        "audit", _("Audit or financial statements"),
        _("The latest audit, review or compilation by an accountant, or the statements your board approved."),
        _("Several months for an audit; plan it with your accountant."),
        Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "irs_determination", _("IRS determination letter"),
        _("The IRS letter that says the organization is tax-exempt, such as under section 501(c)(3)."),
        _("If it is lost, the IRS sends a copy (form 4506-B) in four to eight weeks."),
        Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "board_list", _("Board list"),
        _("The members of your board with their offices and terms."),
        _("About 30 minutes."), Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "organization_chart", _("Organization chart"),
        _("Who reports to whom, with the positions the program will have."),
        _("About one hour."), Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "resume", _("Resume"),
        _("The experience of one person who will work in the program."),
        _("About one hour for each person."), Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "support_letter", _("Letter of support"),
        _("A letter in which a partner or neighbor says what they will do with you."),
        _("One to two weeks; ask early."), Reuse.EACH_TIME,
    ),
    Kind(
        "authority", _("Proof of signing authority"),
        _("A board resolution or bylaws that name who may sign for the organization."),
        _("Until your next board meeting, or a day if the board can decide in writing."),
        Reuse.UNTIL_CHANGED,
    ),
    Kind(
        "photos", _("Photographs"),
        _("Photographs of your place or program. Several become one PDF."),
        _("About 15 minutes."), Reuse.UNTIL_CHANGED, pictures=True,
    ),
    Kind("other", _("Other document"), _("Any other paper you want at hand."), _("It depends."), Reuse.UNTIL_CHANGED),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.word: kind for kind in _KINDS}


def choices() -> list[tuple[str, Text]]:
    """(word, label) for forms."""
    return [(kind.word, kind.label) for kind in _KINDS]
