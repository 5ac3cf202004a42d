"""The style sheet and the page's weight."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from procurement_portal.web.assets import build as assets

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    assets.build()


def _css() -> str:
    return (assets.OUTPUT / "css" / "portal.css").read_text(encoding="utf-8")


def _weight(path: Path) -> int:
    raw = path.read_bytes()
    return len(raw) if path.suffix == ".woff2" else len(gzip.compress(raw, 9))


def test_what_every_page_loads_stays_light() -> None:
    css, htmx = assets.OUTPUT / "css" / "portal.css", assets.OUTPUT / "js" / "htmx.min.js"
    fonts = sum(_weight(path) for path in (assets.OUTPUT / "fonts").iterdir())
    assert _weight(css) <= 25_000
    assert (
        _weight(css) + _weight(htmx) + _weight(ROOT / "static" / "portal.js") + fonts <= 90_000
    )  # of 110 KB a public page


def test_every_address_in_the_style_sheet_is_a_file_that_was_built() -> None:
    named = set(re.findall(r"url\(\"?(\.\./[^)\"]+)", _css()))
    assert named
    for address in named:
        assert (assets.OUTPUT / "css" / address).resolve().is_file(), address


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert not re.search(r"url\(\"?https?:|@import", _css())
    assert "http" not in (ROOT / "static" / "portal.js").read_text(encoding="utf-8").replace("http-equiv", "")


def test_fresh_assets_are_not_built_again_and_ask_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline() -> Path:
        raise AssertionError("went to fetch the package")

    monkeypatch.setattr(assets, "design_system", offline)
    assert assets.build() == "assets are fresh"


def test_the_command_says_what_it_did() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "procurement_portal.web.assets"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "assets are fresh\n"


def test_a_changed_theme_makes_the_assets_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for source in assets.SOURCES.glob("*.scss"):
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "_base.scss").write_text("body { color: red }")
    monkeypatch.setattr(assets, "SOURCES", tmp_path)
    assert not assets.is_fresh()


def test_a_package_that_is_not_the_pinned_one_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def forged(folder: Path) -> Path:
        path = folder / "uswds.tgz"
        path.write_bytes(b"something else")
        return path

    monkeypatch.setattr(assets, "CACHE", tmp_path)
    monkeypatch.setattr(assets, "_fetch", forged)
    with pytest.raises(assets.AssetsError, match="not the pinned one"):
        assets.design_system()


def test_sass_errors_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "portal.scss").write_text("a { color: $nothing; }")
    monkeypatch.setattr(assets, "SOURCES", tmp_path)
    with pytest.raises(assets.AssetsError, match="Undefined variable"):
        assets.compile_theme(tmp_path)


def test_text_colors_reach_the_contrast_that_reading_needs() -> None:
    colors = dict(
        re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", (assets.SOURCES / "_base.scss").read_text(encoding="utf-8"))
    )
    for name in ("ink", "quiet", "blue", "red", "green"):
        for ground in ("#ffffff", colors["paper"], colors["sky-tint"]):
            assert _contrast(colors[name], ground) >= 4.5, (name, ground)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
