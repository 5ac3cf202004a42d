"""The pages written by the code are current, and the check sees one that is not."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command


def test_the_generated_pages_are_current() -> None:
    call_command("docs", check=True)


def test_the_check_sees_a_stale_page() -> None:
    page = settings.BASE_DIR / "docs" / "workflows" / "planted.md"
    page.write_text("planted")
    try:
        with pytest.raises(CommandError, match="planted.md"):
            call_command("docs", check=True)
    finally:
        page.unlink()
