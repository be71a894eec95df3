"""What the receiving server found of the sender: SPF, DKIM and DMARC, as RFC 8601 writes their results down."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from email.message import Message

from candour.post.reading import headers
from candour.post.reading.characters import one_line
from candour.post.reading.message import Authentication

NAMELESS = "-"
"""What a server is named that writes its results without a name of its own, as that of Microsoft 365 does."""

_FIELDS = ("authentication-results", "received-spf", "received")
_MOST_FIELDS = 200
_MOST_RESULTS = 50
_COMMENT = re.compile(r"\([^()]*\)")
_METHOD = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_ABOUT = {
    "spf": re.compile(r"\bsmtp\.mailfrom\s*=\s*\"?(?:[^\s;\"@]*@)?([a-z0-9.-]+)", re.IGNORECASE),
    "dkim": re.compile(r"\bheader\.(?:d\s*=\s*|i\s*=\s*[^\s;@]*@)([a-z0-9.-]+)", re.IGNORECASE),
}
"""Which domain the result of a method is about (RFC 8601, section 2.7)."""

_RECEIVED_SPF = re.compile(r"\s*([a-z]+)", re.IGNORECASE)
_RECEIVER = re.compile(r"\breceiver\s*=\s*\"?([a-z0-9.-]+)", re.IGNORECASE)
_FOUND_AGAINST = {"spf": {"fail", "softfail"}, "dkim": {"fail"}, "dmarc": {"fail"}}


def authentication(message: Message, checked_by: Collection[str] = ()) -> Authentication:
    """The results that servers of these names wrote (RFC 8601, section 2.5), the topmost of each method.

    Where no server is named, those of the topmost field count so far as they tell against the sender: whoever writes
    a message can write results into it, and nobody writes bad ones.
    """
    several = headers.has_several_senders(message)
    sender = headers.sender(message).address.rpartition("@")[2]
    names = {name.casefold() for name in checked_by}
    found = _Results(sender)
    for name, value in _trace(message):
        if name == "received":
            if found.server is not None:
                # What stands below came with the message.
                break
            continue
        if name == "received-spf":
            found.take_spf(value, names)
        else:
            found.take(value, names)
        if not names and found.server is not None:
            break
    read = Authentication(
        spf=found.results.get("spf", ""),
        dkim=found.results.get("dkim", ""),
        dmarc=found.results.get("dmarc", ""),
        server=found.server or "",
        believed=bool(names) and found.server is not None,
        absent=bool(names) and found.server is None,
        aligned=found.aligned,
        several=several,
    )
    return read if names else _against(read)


def _against(read: Authentication) -> Authentication:
    """The results without those that speak for the sender, which the sender may have written."""
    spf, dkim, dmarc = (
        result if result in _FOUND_AGAINST[name] else ""
        for name, result in (("spf", read.spf), ("dkim", read.dkim), ("dmarc", read.dmarc))
    )
    return replace(read, spf=spf, dkim=dkim, dmarc=dmarc, aligned=False)


class _Results:
    """What was found so far, the topmost first. `server` is None until a field counts."""

    def __init__(self, sender: str) -> None:
        self.results: dict[str, str] = {}
        self.server: str | None = None
        self.aligned = False
        self._sender = sender

    def take(self, field: str, names: Collection[str]) -> None:
        plain = _COMMENT.sub("", field)
        first, *rest = plain.split(";")[:_MOST_RESULTS]
        if _METHOD.match(first):
            server, rest = NAMELESS, [first, *rest]
        else:
            # A version may stand after the name (section 2.2).
            server = next(iter(first.split()), "")
        if names and server.casefold() not in names:
            return
        self.server = self.server or one_line(server, 200)
        here: dict[str, str] = {}
        for stated in rest:
            method = _METHOD.match(stated)
            if method is None or method[1].lower() in self.results:
                continue
            name, result = method[1].lower(), method[2].lower()
            # Of several signatures one that holds is enough.
            if here.get(name) != "pass":
                here[name] = result
            if result == "pass" and (about := _ABOUT.get(name)) and (domain := about.search(stated)):
                self.aligned = self.aligned or _is_within(domain[1].lower(), self._sender)
        self.results |= here

    def take_spf(self, field: str, names: Collection[str]) -> None:
        receiver = _RECEIVER.search(field)
        if names and (receiver is None or receiver[1].casefold() not in names):
            return
        if found := _RECEIVED_SPF.match(field):
            self.results.setdefault("spf", found[1].lower())
            if names and receiver:
                self.server = self.server or receiver[1]


def _is_within(one: str, other: str) -> bool:
    """Whether one domain is the other, or lies within it; a plain reading of “relaxed” in RFC 7489, section 3.1."""
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _trace(message: Message) -> list[tuple[str, str]]:
    """The fields that servers on the way put on top, in their order."""
    found = [name.lower() for name in message if name.lower() in _FIELDS][:_MOST_FIELDS]
    values = {name: iter(headers.fields(message, name)) for name in _FIELDS}
    return [(name, value) for name in found if (value := next(values[name], None)) is not None]
