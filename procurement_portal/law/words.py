"""Words that are shown to people, marked where they stand so that `makemessages` finds them. Translated when shown."""


def gettext_noop(message: str) -> str:
    """The message itself. (Django's function of this name does the same, but this room does not import Django.)"""
    return message
