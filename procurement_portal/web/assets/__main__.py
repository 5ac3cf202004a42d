"""`python -m procurement_portal.web.assets [--force]`: build the style sheet, fonts and pictures the pages need."""

from __future__ import annotations

import sys

from procurement_portal.web.assets.build import AssetsError

if __name__ == "__main__":
    try:
        pass
    except AssetsError as problem:
        sys.exit(f"assets: {problem}")
