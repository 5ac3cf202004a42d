"""`python -m procurement_portal.web.assets [--force]`: build the style sheet, fonts and pictures the pages need."""

from __future__ import annotations

import sys

from procurement_portal.web.assets.build import AssetsError, build

if __name__ == "__main__":
    try:
        sys.stdout.write(build(force="--force" in sys.argv[1:]) + "\n")
    except AssetsError as problem:
        sys.exit(f"assets: {problem}")
