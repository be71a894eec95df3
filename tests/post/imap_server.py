"""A small IMAP server in a thread of the tests: one folder, passwords and tokens, and what a reader does to it."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_CAPABLE = b"IMAP4rev1 AUTH=XOAUTH2 MOVE UIDPLUS"
_LINE = re.compile(rb"(\S+) (UID )?(\S+)(?: (.*))?", re.DOTALL)


@dataclass
class Folder:
    """The messages by UID, the flags set on them, where they were moved, and who signed in how."""

    messages: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    flags: dict[int, bytes] = field(default_factory=dict)
    moved: dict[int, str] = field(default_factory=dict)
    signed_in: list[str] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)
    sizes: dict[int, int] = field(default_factory=dict)
    password: str = "open sesame"
    port: int = 0

    def add(self, raw: bytes) -> int:
        """Put a message into the folder."""
        uid = max([*self.messages, *self.moved], default=0) + 1
        self.messages[uid] = raw
        return uid


class _Dialogue(socketserver.StreamRequestHandler):
    folder: Folder

    def handle(self) -> None:
        self._say(b"* OK [CAPABILITY " + _CAPABLE + b"] ready")
        while line := self.rfile.readline():
            found = _LINE.fullmatch(line.rstrip(b"\r\n"))
            if found is None:
                return
            tag, by_uid, name, rest = found.groups()
            verb = name.upper().decode()
            answer = getattr(self, f"do_{'uid_' if by_uid else ''}{verb.lower()}", self._unknown)(rest or b"")
            self._say(tag + b" " + answer)
            if verb == "LOGOUT":
                return

    def do_capability(self, _rest: bytes) -> bytes:
        self._say(b"* CAPABILITY " + _CAPABLE)
        return b"OK done"

    def do_login(self, rest: bytes) -> bytes:
        if self.folder.password.encode() not in rest:
            return b"NO [AUTHENTICATIONFAILED] wrong"
        self.folder.signed_in.append("password")
        return b"OK done"

    def do_authenticate(self, rest: bytes) -> bytes:
        kind, _, given = rest.partition(b" ")
        if not given:
            self._say(b"+ ")
            given = self.rfile.readline().strip()
        self.folder.signed_in.append(f"{kind.decode()} {base64.b64decode(given).decode()}")
        return b"OK done"

    def do_select(self, _rest: bytes) -> bytes:
        self._say(b"* %d EXISTS" % len(self.folder.messages))
        self._say(b"* OK [UIDVALIDITY %d] as it is" % self.folder.validity)
        return b"OK [READ-WRITE]"

    def do_uid_search(self, rest: bytes) -> bytes:
        low = int(re.search(rb"(\d+):\*", rest)[1])  # type: ignore[index]  the only search there is
        known = sorted(self.folder.messages)
        found = [uid for uid in known if uid >= low] or known[-1:]
        self._say(b"* SEARCH " + b" ".join(str(uid).encode() for uid in found))
        return b"OK done"

    def do_uid_fetch(self, rest: bytes) -> bytes:
        uid = int(rest.split()[0])
        raw = self.folder.messages.get(uid)
        if raw is None:
            return b"OK done"
        if b"SIZE" in rest:
            size = self.folder.sizes.get(uid, len(raw))
            self._say(b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, size))
        else:
            self.folder.fetched.append(uid)
            self._say(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (uid, len(raw)) + raw + b")")
        return b"OK done"

    def do_uid_store(self, rest: bytes) -> bytes:
        uid = int(rest.split()[0])
        self.folder.flags[uid] = rest
        self._say(b"* 1 FETCH (UID %d FLAGS (\\Seen))" % uid)
        return b"OK done"

    def do_uid_move(self, rest: bytes) -> bytes:
        uid, _, target = rest.partition(b" ")
        self.folder.messages.pop(int(uid))
        self.folder.moved[int(uid)] = target.decode().strip('"')
        return b"OK done"

    def do_logout(self, _rest: bytes) -> bytes:
        self._say(b"* BYE")
        return b"OK done"

    def _unknown(self, _rest: bytes) -> bytes:
        return b"BAD unknown"

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def imap_server(folder: Folder) -> Iterator[Folder]:
    """Serve the folder on a free port, which it is told, until the block ends."""
    handler = type("Dialogue", (_Dialogue,), {"folder": folder})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        folder.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder
        server.shutdown()
