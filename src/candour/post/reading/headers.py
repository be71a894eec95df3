"""The head of a message: subject, addresses, identifiers, date."""

from __future__ import annotations

import email.header
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from candour.post.reading.characters import clean, decoded, one_line
from candour.post.reading.message import Address

MOST_ADDRESSES = 200
_MOST_IDS = 100
_MOST_FIELDS = 50
_LONGEST_FIELD = 20_000
"""Characters of a field that are read; the addresses of a thousand recipients."""

_FOLD = re.compile(r"\n[ \t]?")
_RECIPIENT_FIELDS = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_ADDRESS = re.compile(r"[^\s<>\"(),;:\\\[\]]{1,64}@[^\s<>\"(),;:\\@\[\]]{1,255}")
_IN_BRACKETS = re.compile(rf"<\s*({_ADDRESS.pattern})\s*>")
_ID = re.compile(r"<([^<>\s]{1,300})>")
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_.:-]{1,40})(?:\*[^?\s]{0,20})?\?[bq]\?", re.IGNORECASE)


def field(message: Message, name: str) -> str:
    """The first field of that name, decoded, on one line; empty where there is none."""
    return next(iter(_all(message, name)), "")


def fields(message: Message, *names: str) -> list[str]:
    """Every field of these names, decoded."""
    return [value for name in names for value in _all(message, name)]


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """The addresses in fields as they stand in the head, each once, however badly they are written.

    Names are decoded only after the addresses were told apart, so that no name can pass for an address.
    """
    found: dict[str, Address] = {}
    for value in values:
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, AttributeError, RecursionError):
            pairs = []
        named = {address.casefold(): name for name, address in pairs if _ADDRESS.fullmatch(address)}
        # The parser loses addresses beside a badly written one, so the field is searched as well, in brackets first.
        further = (*_IN_BRACKETS.findall(value), *_ADDRESS.findall(value))
        for address in (*named, *(known.casefold() for known in further)):
            plain = one_line(address, 320)
            found.setdefault(plain, Address(one_line(decoded_field(named.get(address, "")), 200), plain))
            if len(found) >= MOST_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def sender(message: Message) -> Address:
    """Who the message says that it is from, Reply-To first only where From has no address."""
    for name in ("from", "reply-to", "sender", "return-path"):
        for value in raw_fields(message, name):
            if found := addresses([value]):
                return found[0]
    words = field(message, "from")
    return Address(one_line(words, 200), "")


def recipients(message: Message) -> tuple[Address, ...]:
    """Everybody whom the message was sent or delivered to, as far as its head says."""
    return addresses(raw_fields(message, *_RECIPIENT_FIELDS))


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


def has_several_senders(message: Message) -> bool:
    """Whether the head names more than one address that the message is from."""
    named = raw_fields(message, "from")
    found = {address.address for value in named for address in addresses([value])[:1]}
    for value in named:
        with suppress(ValueError, IndexError, AttributeError, RecursionError):
            found.update(address.casefold() for _, address in getaddresses([value]) if _ADDRESS.fullmatch(address))
    return len(found) > 1


def claimed_charset(message: Message) -> str:
    """The character set in which the subject or the name of the sender is encoded; empty where neither says one."""
    for value in raw_fields(message, "subject", "from"):
        if found := _ENCODED_WORD.search(value):
            return found[1]
    return ""


def decoded_field(value: str) -> str:
    """The value of a field with its encoded words read; what cannot be read stays as it is."""
    raw = _FOLD.sub(" ", clean(value))
    if "=?" not in raw:
        return clean(raw)
    try:
        pieces = email.header.decode_header(raw)
    except (ValueError, IndexError, email.errors.HeaderParseError):
        return clean(raw)
    return clean(
        "".join(decoded(words, charset or "") if isinstance(words, bytes) else words for words, charset in pieces)
    )


def raw_fields(message: Message, *names: str) -> list[str]:
    """Every field of these names as it stands in the head, on one line."""
    values: list[str] = []
    for name in names:
        try:
            values += [str(value) for value in (message.get_all(name) or [])[:_MOST_FIELDS]]
        except (ValueError, TypeError, LookupError, AttributeError):
            continue
    return [_FOLD.sub(" ", clean(_bytes_as_text(value[:_LONGEST_FIELD]))).strip() for value in values]


def _all(message: Message, name: str) -> list[str]:
    return [decoded_field(value).strip() for value in raw_fields(message, name)]


def _bytes_as_text(value: str) -> str:
    """Bytes beyond ASCII, which the parser hides, as the letters that they probably are."""
    if any("\udc80" <= character <= "\udcff" for character in value):
        return decoded(value.encode("utf-8", "surrogateescape"), "")
    return value
