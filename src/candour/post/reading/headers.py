"""The head of a message: subject, addresses, identifiers, date, and what the receiving server found of the sender."""

from __future__ import annotations

import email.header
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from candour.post.reading.characters import clean, decoded, one_line
from candour.post.reading.message import Address, Authentication

MOST_ADDRESSES = 200
_MOST_IDS = 100
_RECIPIENT_FIELDS = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_ADDRESS = re.compile(r"[^\s<>\"(),;:\\\[\]]{1,64}@[^\s<>\"(),;:\\@\[\]]{1,255}")
_ID = re.compile(r"<([^<>\s]{1,300})>")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_RECEIVED_SPF = re.compile(r"\s*([a-z]+)", re.IGNORECASE)


def field(message: Message, name: str) -> str:
    """The first field of that name, decoded, on one line; empty where there is none."""
    return next(iter(_all(message, name)), "")


def fields(message: Message, *names: str) -> list[str]:
    """Every field of these names, decoded."""
    return [value for name in names for value in _all(message, name)]


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """The addresses in fields, each once, however badly they are written."""
    found: dict[str, Address] = {}
    for value in values:
        try:
            pairs = getaddresses([value], strict=False)
        except (ValueError, IndexError, TypeError, AttributeError):
            pairs = []
        named = {address.casefold(): name for name, address in pairs if "@" in address}
        # The parser loses addresses beside a badly written one, so the field is searched as well.
        for address in (*named, *(known.casefold() for known in _ADDRESS.findall(value))):
            plain = one_line(address, 320)
            found.setdefault(plain, Address(one_line(named.get(address, ""), 200), plain))
            if len(found) >= MOST_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def sender(message: Message) -> Address:
    """Who the message says that it is from, Reply-To first only where From has no address."""
    for name in ("from", "reply-to", "sender", "return-path"):
        for value in _all(message, name):
            if found := addresses([value]):
                return found[0]
    words = field(message, "from")
    return Address(one_line(words, 200), "")


def recipients(message: Message) -> tuple[Address, ...]:
    """Everybody whom the message was sent or delivered to, as far as its head says."""
    return addresses(fields(message, *_RECIPIENT_FIELDS))


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """The Message-IDs in fields, without angle brackets, each once."""
    return tuple(dict.fromkeys(found for value in values for found in _ID.findall(value)))[-_MOST_IDS:]


def own_id(message: Message) -> str:
    """The Message-ID, without angle brackets; empty where there is none."""
    value = field(message, "message-id")
    found = _ID.search(value)
    return found[1] if found else one_line(value, 300)


def dated(message: Message) -> datetime | None:
    """The date that the sender gave, which need not be true; None where it is missing or is no date."""
    value = field(message, "date")
    try:
        found = parsedate_to_datetime(value)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def authentication(message: Message) -> Authentication:
    """The results of the topmost Authentication-Results, with Received-SPF where that is silent on SPF."""
    results: dict[str, str] = {}
    server = ""
    if stated := _all(message, "authentication-results")[:1]:
        plain = _COMMENT.sub("", stated[0])
        server = one_line(plain.partition(";")[0], 200)
        for method, result in _RESULT.findall(plain):
            # Of several signatures one that holds is enough.
            if results.get(method.lower()) != "pass":
                results[method.lower()] = result.lower()
    if "spf" not in results and (spf := _RECEIVED_SPF.match(field(message, "received-spf"))):
        results["spf"] = spf[1].lower()
    return Authentication(results.get("spf", ""), results.get("dkim", ""), results.get("dmarc", ""), server)


def decoded_field(value: object) -> str:
    """The value of a field with its encoded words read; what cannot be read stays as it is."""
    raw = str(value)
    if any("\udc80" <= character <= "\udcff" for character in raw):
        raw = decoded(raw.encode("utf-8", "surrogateescape"), "")
    raw = re.sub(r"\r?\n[ \t]?", " ", raw)
    if "=?" not in raw:
        return clean(raw)
    try:
        pieces = email.header.decode_header(raw)
    except (ValueError, IndexError, email.errors.HeaderParseError):
        return clean(raw)
    return clean(
        "".join(decoded(words, charset or "") if isinstance(words, bytes) else words for words, charset in pieces)
    )


def _all(message: Message, name: str) -> list[str]:
    try:
        values = message.get_all(name) or []
    except (ValueError, TypeError, LookupError, AttributeError):
        return []
    return [decoded_field(value).strip() for value in values[:50]]
