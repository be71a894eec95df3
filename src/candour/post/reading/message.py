"""What a message says, as a value: who wrote to whom, what, in answer to what, and what came with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """Who wrote the message: somebody, or a machine."""

    MAIL = "mail"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Address:
    """An address with the name beside it; `address` is in lower case, and empty where none can be read."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the message: its name, type as declared, size in bytes, SHA-256 of its content.

    `text` holds the words of an enclosed message or of plain text. The content itself is only in the stored message.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the receiving server found of the sender: "pass", "fail", "none" and so on; empty where it says nothing.

    `believed`: the results were written by a server of ours, which the settings name (RFC 8601, section 5). Any other
    may have been written by the sender, so that they can only tell against them. `absent`: servers are named, and none
    of them wrote anything. `aligned`: a check that holds is about the domain of the sender whom the reader sees.
    `several`: the head names more than one sender, so that nobody can say of whom the results are.
    """

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    server: str = ""
    believed: bool = False
    absent: bool = False
    aligned: bool = False
    several: bool = False

    @property
    def is_failed(self) -> bool:
        """Whether the sender is probably not who the message says."""
        if self.several or self.dmarc == "fail":
            return True
        return self.dmarc != "pass" and self.spf in {"fail", "softfail"} and self.dkim != "pass"

    @property
    def is_proven(self) -> bool:
        """Whether a server of ours found that the message comes from the domain that it names."""
        return self.believed and not self.is_failed and (self.dmarc == "pass" or self.aligned)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message for one recipient, as a delivery report says it (RFC 3464)."""

    recipient: str
    action: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message as a person reads it.

    `own` is what the sender wrote, `quoted` the thread below it: joined together they are the readable body.
    `references` are Message-IDs that the message answers or returns, without angle brackets.
    `notes` say in plain words where a reader sees less than the sender wrote.
    """

    kind: Kind
    sender: Address
    recipients: tuple[Address, ...]
    subject: str
    dated: datetime | None
    message_id: str
    references: tuple[str, ...]
    own: str
    quoted: str
    attachments: tuple[Attachment, ...]
    authentication: Authentication
    deliveries: tuple[Delivery, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole readable body."""
        return self.own + self.quoted

    def as_json(self) -> dict[str, Any]:
        """The value as JSON holds it."""
        return {**asdict(self), "dated": self.dated.isoformat() if self.dated else None}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The value that `as_json` stored."""
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        return cls(
            **{
                **known,
                "kind": Kind(known["kind"]),
                "sender": Address(**known["sender"]),
                "recipients": tuple(Address(**each) for each in known["recipients"]),
                "dated": datetime.fromisoformat(known["dated"]) if known["dated"] else None,
                "references": tuple(known["references"]),
                "attachments": tuple(Attachment(**each) for each in known["attachments"]),
                "authentication": Authentication(**known["authentication"]),
                "deliveries": tuple(Delivery(**each) for each in known["deliveries"]),
                "notes": tuple(known["notes"]),
            }
        )
