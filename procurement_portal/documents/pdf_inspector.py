"""Runs alone, as a program: reads a PDF from standard input under limits of computing and memory, writes one JSON line.

Imports nothing of the portal, so that it starts fast and holds nothing worth stealing.
"""

from __future__ import annotations

import io
import json
import re
import sys

try:
    import resource
except ImportError:  # Windows has no such limits; the waiting time of the caller still holds
    resource = None  # type: ignore[assignment]

# Names whose presence deserves a closer look; `bad_part` decides.
HINT = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|EF|RichMedia\w*|Movie|Sound|Rendition|Screen|3D|ImportData|SubmitForm|"
    rb"GoToE|GoToR|XFA|FileAttachment)(?![A-Za-z])"
)
ACTIONS = {
    "/JavaScript": "script", "/Launch": "action", "/ImportData": "action", "/SubmitForm": "action", "/GoToE": "action",
    "/GoToR": "action", "/Rendition": "media", "/Movie": "media", "/Sound": "media", "/RichMediaExecute": "media",
}  # fmt: skip
ANNOTATIONS = {"/RichMedia": "media", "/Movie": "media", "/Sound": "media", "/Screen": "media", "/3D": "media",
               "/FileAttachment": "embedded"}  # fmt: skip
KEYS = {"/JS": "script", "/JavaScript": "script", "/EF": "embedded", "/EmbeddedFiles": "embedded"}
MOST_FORM_BYTES = 5_000_000


def limit(cpu: int, memory: int) -> None:
    """Bound this process before it sees a byte of the file."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def look(data: bytes) -> dict[str, object]:
    """{"pages": n}, or {"problem": word}."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return {"problem": "password"}
            for part in pdf.objects:
                problem = suspicious(part, pikepdf)
                if problem:
                    return {"problem": problem}
            pages = len(pdf.pages)
            return {"pages": pages} if pages else {"problem": "empty"}
    except pikepdf.PasswordError:
        return {"problem": "password"}
    except MemoryError:
        return {"problem": "heavy"}
    except Exception:
        return {"problem": "damaged"}


def suspicious(part: object, pikepdf: object) -> str:
    """The problem word of one object, or "". First a fast look at its text, then a walk through it."""
    shown = part.stream_dict if isinstance(part, pikepdf.Stream) else part  # type: ignore[attr-defined]
    if not isinstance(shown, (pikepdf.Dictionary, pikepdf.Array)):  # type: ignore[attr-defined]
        return ""
    if not HINT.search(shown.unparse(resolved=True)):  # type: ignore[attr-defined]
        return ""
    return walk(shown, pikepdf)


def walk(root: object, pikepdf: object) -> str:
    """Look through dictionaries and arrays held directly in one object (references are objects of their own)."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):  # type: ignore[attr-defined]
            waiting.extend(v for v in node if not getattr(v, "is_indirect", False))
        elif isinstance(node, pikepdf.Dictionary):  # type: ignore[attr-defined]
            problem = bad_part(node, pikepdf)
            if problem:
                return problem
            waiting.extend(v for _, v in node.items() if not getattr(v, "is_indirect", False))
    return ""


def bad_part(node: object, pikepdf: object) -> str:
    """Whether this dictionary is an action, an annotation or a file we do not take."""
    for key, problem in KEYS.items():
        if key in node:  # type: ignore[operator]
            return problem
    problem = ACTIONS.get(str(node.get("/S", "")), "") or ANNOTATIONS.get(str(node.get("/Subtype", "")), "")  # type: ignore[attr-defined]
    if problem:
        return problem
    if str(node.get("/Type", "")) == "/EmbeddedFile":  # type: ignore[attr-defined]
        return "embedded"
    if "/XFA" in node and has_script(node["/XFA"], pikepdf):  # type: ignore[operator,index]
        return "script"
    return ""


def has_script(form: object, pikepdf: object) -> bool:
    """Whether an XFA form (one stream or name–stream pairs) carries a script; plain data forms pass."""
    streams = [form] if isinstance(form, pikepdf.Stream) else [p for p in form if isinstance(p, pikepdf.Stream)]  # type: ignore[attr-defined]
    seen = 0
    for stream in streams:
        data = bytes(stream.read_bytes())
        seen += len(data)
        if seen > MOST_FORM_BYTES or re.search(rb"<\s*(?:\w+:)?script\b", data, re.I):
            return True
    return False


if __name__ == "__main__":
    limit(int(sys.argv[sys.argv.index("--cpu") + 1]), int(sys.argv[sys.argv.index("--memory") + 1]))
    sys.stdout.write(json.dumps(look(sys.stdin.buffer.read())))
