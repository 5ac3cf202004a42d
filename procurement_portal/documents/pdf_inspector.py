"""Runs alone, as a program: a template of inspectors. For each PDF it makes one process of its own, limited before its first byte.

`python -I pdf_inspector.py --control FD …` has everything imported and waits. Each message on the control line carries one
socket; a child is forked for it, bounds itself, says `+`, reads one PDF to its end, writes one JSON line, and ends. So a file
costs a fork instead of a start of Python, and still no process ever sees two files. The template itself sees none.

Imports nothing of the portal, so that it starts fast and holds nothing worth stealing.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import resource
import select
import signal
import socket
import sys
import time

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
    """Bound this process before it sees a byte of the file: seconds of computing, bytes of memory; no file, no process more."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays open: the one line to who asked


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


def rehearsal() -> list[bytes]:
    """Small PDFs, plain and locked in each way, whose reading loads whatever is loaded late."""
    import pikepdf

    made, found = pikepdf.new(), []
    made.add_blank_page()
    for revision in (0, 3, 4, 6):
        for password in ("", "word") if revision else ("",):
            lock = pikepdf.Encryption(owner="owner", user=password, R=revision, aes=revision > 3, metadata=revision > 3)  # type: ignore[arg-type]
            out = io.BytesIO()
            made.save(out, encryption=lock if revision else False)
            found.append(out.getvalue())
    return found


def one_file(line: socket.socket, cpu: int, memory: int) -> None:
    """The whole life of a child: one file, one answer. Ends the process."""
    status = 1
    try:
        limit(cpu, memory)
        line.sendall(b"+")
        with line.makefile("rb") as source:
            data = source.read()
        line.sendall(json.dumps(look(data)).encode())
        status = 0
    finally:
        os._exit(status)


def reap(running: dict[int, float]) -> None:
    """Forget the children that ended, kill those past their time."""
    for pid, until in list(running.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del running[pid]
        elif time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)  # not reaped yet, so the number is still its own


def serve(control: socket.socket, cpu: int, memory: int, waiting: float) -> None:
    """Fork a child for each socket that comes, until who asks is gone; then wait for the last ones."""
    for known in [*rehearsal(), b""]:  # whatever is loaded late is loaded now: the children can open no file
        look(known)
    gc.collect()
    gc.freeze()
    running: dict[int, float] = {}
    open_line = True
    while open_line or running:
        ready, _, _ = select.select([control] if open_line else [], [], [], 0.2 if running else None)
        reap(running)
        if not ready:
            continue
        message, lines, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            open_line = False
            continue
        # A fork that fails closes the line without a word; who asks then asks anew.
        with contextlib.suppress(OSError), socket.socket(fileno=lines[0]) as line:
            pid = os.fork()
            if pid == 0:
                control.close()
                one_file(line, cpu, memory)
            running[pid] = time.monotonic() + waiting


def _given(name: str) -> int:
    return int(sys.argv[sys.argv.index(name) + 1])


if __name__ == "__main__":
    with socket.socket(fileno=_given("--control")) as asked:
        serve(asked, _given("--cpu"), _given("--memory"), _given("--waiting"))
