"""certification.women_owned_business: is this a women-owned business of the City's program?

MCC 2-92-420(y) (2019 proposal): "Women-owned business" or "W.B.E." means a local business which is at least 51 percent owned by one or
more women, or, in the case of a publicly held corporation, 51 percent of the stock of which is owned by one or more women, whose
management and daily business operations are controlled by one or more women.

"51 percent of the stock", printed without "at least", is read as at least 51 percent. Owned: as for a minority-owned business (v).
"""

from typing import Any

from certification.rules.minority_owned_business import FACTS as OWNED_FACTS
from certification.rules.minority_owned_business import OWNERSHIP, check_owners, judge
from procurement_portal.law.facts import Given
from procurement_portal.law.words import gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this a women-owned business?")
CITES = ("MCC 2-92-420(y)", "MCC 2-92-420(v)")
FACTS = OWNED_FACTS
READINGS = ()
PARAMETERS = (OWNERSHIP,)
ANSWERS = ("qualifies", "owned_percent", "failed")


def check(given: Given) -> None:
    """Parts are of one whole; a woman among the owners states the part of profits. Raises `InvalidInput`."""
    check_owners(given, _women(given))


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: qualifies, owned_percent (declared parts of women), failed (`not_local`, `ownership`,
    `not_owned_in_substance`, `control`)."""
    return judge(given, _women(given), law, CITES[0])


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {"owned": percent(answer["owned_percent"]), "failed": answer["failed"]}
    if answer["qualifies"]:
        return gettext_noop("It is a women-owned business: %(owned)s is owned by women."), values
    return gettext_noop("It is no women-owned business: %(failed)s."), values


def _women(given: Given) -> list[Given]:
    return [owner for owner in given.owners if owner.woman]
