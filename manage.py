#!/usr/bin/env python3
"""The one door of the portal: `python3 manage.py up`, `test`, `quality`, and every Django command.

This file keeps to words that an old Python can read, so that it can say in one line that it is too old.
What happens behind the door is in `procurement_portal/local/`.
"""

import os
import sys

SUPPORTED = ((3, 11), (3, 14))

if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
    sys.exit(
        "The portal needs Python {}.{} to {}.{} and this is {}.{}: install one of those "
        "(Debian: apt-get install python3) and run it by name, for example `python3.12 manage.py up`.".format(
            *(SUPPORTED[0] + SUPPORTED[1] + tuple(sys.version_info[:2]))
        )
    )


def main():  # type: ignore[no-untyped-def]
    """Run one command; exit status 0 is success."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement_portal.settings")
    from procurement_portal.local import door

    with door.opened(sys.argv) as arguments:
        if arguments is not None:
            from django.core.exceptions import ImproperlyConfigured
            from django.core.management import execute_from_command_line

            try:
                execute_from_command_line(arguments)
            except ImproperlyConfigured as reason:  # a setting is missing: one line, no traceback
                sys.exit(str(reason))


if __name__ == "__main__":
    main()
