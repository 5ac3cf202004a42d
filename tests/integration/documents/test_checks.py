"""Bad files stop, good files pass, each within two seconds of computing; refusals are words for people."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from procurement_portal.documents import checks
from procurement_portal.documents.inspectors import inspectors
from procurement_portal.documents.limits import KINDS, MOST_BYTES
from procurement_portal.documents.unfit import Unfit
from tests.factories.documents import pdf
from tests.integration.documents.honest import HONEST, picture
from tests.integration.documents.hostile import HOSTILE

SECONDS = 2.0


def _computing() -> float:
    """Seconds computed by this process and, for the PDFs, by the inspectors that their template has seen end."""
    inspectors.warm()
    [template] = inspectors.pids()[-1:]
    until = time.monotonic() + 10
    while Path(f"/proc/{template}/task/{template}/children").read_text():
        assert time.monotonic() < until, "an inspector does not end"
        time.sleep(0.005)
    user, system = Path(f"/proc/{template}/stat").read_text().rpartition(")")[2].split()[13:15]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _check(name: str, content: bytes) -> str:
    begun = _computing()
    try:
        return checks.check(io.BytesIO(content), len(content), name).word
    finally:
        assert _computing() - begun <= SECONDS + 0.2


@pytest.mark.parametrize("which", HONEST)
def test_an_honest_file_passes_as_what_it_is(which: str) -> None:
    name, content = HONEST[which]
    word = _check(name, content)
    assert name.lower().endswith(KINDS[word].endings)


@pytest.mark.parametrize("which", HOSTILE)
def test_a_hostile_file_stops_with_words(which: str) -> None:
    name, content, words = HOSTILE[which]
    with pytest.raises(Unfit) as refused:
        _check(name, content)
    assert words in refused.value.message and refused.value.message.endswith(".")


def test_there_are_as_many_as_promised() -> None:
    assert len(HOSTILE) >= 60 and len(HONEST) >= 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("large.pdf", pdf()[:-7] + b"\n%" + b"x" * 24_000_000 + b"\n%%EOF\n"),
        ("large.txt", b"words and words\n" * 1_500_000),
        ("large.csv", b"Alpha,12.50,words\n" * 1_300_000),
        ("large.png", picture("PNG", (2900, 2800), "RGB")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_near_the_limit_is_checked_in_two_seconds_of_computing(name: str, content: bytes) -> None:
    assert 5_000_000 < len(content) < MOST_BYTES
    _check(name, content)


def test_one_byte_too_many_is_refused_and_the_limit_itself_passes() -> None:
    checks.check_size(MOST_BYTES)
    with pytest.raises(Unfit, match="limit is 25.0 MB"):
        checks.check_size(MOST_BYTES + 1)


def test_a_refusal_never_quotes_the_content() -> None:
    with pytest.raises(Unfit) as refused:
        _check("a.txt", b"<script>zebra-quartz-17</script>")
    assert "zebra" not in refused.value.message


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\a\\b.pdf", "b.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00\n.pdf", "a.pdf"),
        ("x" * 300 + ".pdf", "x" * 190 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_its_last_part_without_control_characters(given: str, kept: str) -> None:
    assert checks.clean_name(given) == kept
