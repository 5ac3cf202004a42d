"""Words that are shown to people, marked where they stand so that `makemessages` finds them. Translated when shown."""


def gettext_noop(message: str) -> str:
    """The message itself. (Django's function of this name does the same, but this room does not import Django.)"""
    return message


def dollars(amount: object) -> dict[str, object]:
    """An amount to be shown as dollars in a sentence or among a step's inputs."""
    return {"value": amount, "unit": "dollars"}


def percent(number: object) -> dict[str, object]:
    """A number to be shown as a percentage in a sentence or among a step's inputs."""
    return {"value": number, "unit": "percent"}
