"""A message on its way out: made once, kept as bytes, and handed to the mail server as exactly those bytes."""

from __future__ import annotations

import email
import email.policy
import re
import smtplib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.encoders import encode_base64
from email.message import Message
from email.mime.base import MIMEBase
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

_LINE_END = re.compile(rb"\r\n|\r|\n")
_START_INPUT, _TAKEN = 354, 250
_REPORTS = ("NOTIFY=SUCCESS,FAILURE,DELAY",)
_HEAD_ALONE = ("RET=HDRS",)
"""What is asked of a server that reports on delivery (RFC 3461): all that it learns, without the letter in it."""

_LOWEST_PERMANENT = 500
"""The lowest code by which a server says that trying again is of no use (RFC 5321, section 4.2.1)."""


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """One file of the message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """Everything that a message is made of. `key` makes its Message-ID, so that a second copy is seen to be one."""

    key: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str = ""
    files: Sequence[OutgoingFile] = ()
    automatic: bool = False


class NotTaken(Exception):
    """The mail server did not take the message; `says` is why, without addresses, and `is_final` whether for good."""

    def __init__(self, says: str, *, is_final: bool) -> None:
        super().__init__(says)
        self.says = says
        self.is_final = is_final


class Unknown(Exception):
    """Whether the mail server took the message cannot be known: the line broke before it answered."""


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a message of that key: what a recipient’s mail server knows it by."""
    domain = sender.rpartition("@")[2].strip(">") or "localhost"
    return f"<{key}@{domain}>"


def message_bytes(letter: OutgoingMessage) -> bytes:
    """The whole message, with the line ends of mail."""
    headers = {"Message-ID": message_id(letter.key, letter.sender)}
    if letter.automatic:
        # RFC 3834: so that no automatic reply answers it.
        headers |= {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}
    message = EmailMultiAlternatives(
        subject=letter.subject, body=letter.text, from_email=letter.sender, to=[letter.recipient], headers=headers
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for file in letter.files:
        message.attach(_part(file))
    made: Any = message.message()  # Django's own class, whose as_bytes takes the line ends
    several = [part for part in made.walk() if part.is_multipart()]
    for number, part in enumerate(several):
        # Of the letter and of nothing else: the same letter is the same bytes.
        part.set_boundary(f"=_{letter.key}_{number}")
    return bytes(made.as_bytes(linesep="\r\n"))


def hand_over(content: bytes, sender: str, recipient: str, about_to: Callable[[], None]) -> None:
    """Hand the bytes to the mail server of the settings; `sender` and `recipient` are bare addresses.

    `about_to` is called at the last moment at which it is certain that the server does not have the message. Raises
    NotTaken, or Unknown where the line broke after that moment.
    """
    try:
        _hand_over(content, sender, recipient, about_to)
    except NotTaken as refusal:
        raise NotTaken(without_recipient(refusal.says, recipient)[:250], is_final=refusal.is_final) from refusal


def _hand_over(content: bytes, sender: str, recipient: str, about_to: Callable[[], None]) -> None:
    sender, recipient = on_the_line(sender), on_the_line(recipient)
    connection = mail.get_connection()
    if isinstance(connection, SmtpBackend):
        _by_smtp(connection, content, sender, recipient, about_to)
        return
    about_to()
    try:
        connection.send_messages([StoredMessage(content)])
    except (OSError, smtplib.SMTPException) as error:
        raise _not_taken(error) from error


def on_the_line(address: str) -> str:
    """The address with its domain in ASCII, as mail servers know it. Raises NotTaken where it cannot be one."""
    local, _, domain = address.rpartition("@")
    if not local:
        raise NotTaken("the address is none", is_final=True)
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise NotTaken("the domain of the address is none", is_final=True) from error


class StoredMessage(EmailMessage):
    """A message that was made before, for mail backends that are no server: a folder, the terminal, the tests."""

    def __init__(self, content: bytes) -> None:
        head = email.message_from_bytes(content, policy=email.policy.default)
        words = head.get_body(("plain",))
        super().__init__(
            subject=str(head["Subject"]),
            body=words.get_content() if words is not None else "",
            from_email=str(head["From"]),
            to=[str(head["To"])],
            headers={"Message-ID": str(head["Message-ID"])},
        )
        self.content = content

    def message(self, **_: Any) -> Message:  # type: ignore[override]  # callers use nothing else of Django's own class
        """The message as it was made."""
        made = email.message_from_bytes(self.content, _class=_AsMade)
        made.made = self.content
        return made


class _AsMade(Message):
    made: bytes

    def as_bytes(self, *_: Any, linesep: str = "\n", **__: Any) -> bytes:
        return _LINE_END.sub(linesep.encode(), self.made)


def _by_smtp(
    connection: SmtpBackend, content: bytes, sender: str, recipient: str, about_to: Callable[[], None]
) -> None:
    try:
        connection.open()
        server = connection.connection
        assert server is not None
        server.ehlo_or_helo_if_needed()
        options = [f"size={len(content)}"] if server.does_esmtp and server.has_extn("size") else []
        options += _beyond_ascii(server, sender + recipient)
        reports = server.does_esmtp and server.has_extn("dsn")
        _expect(_TAKEN, *server.mail(sender, [*options, *(_HEAD_ALONE if reports else ())]))
        _expect(_TAKEN, *server.rcpt(recipient, _REPORTS if reports else ()))
        _expect(_START_INPUT, *server.docmd("DATA"))
    except (OSError, smtplib.SMTPException) as error:
        _close(connection)
        raise _not_taken(error) from error
    except NotTaken:
        _close(connection)
        raise
    except Exception as error:
        _close(connection)
        # Nothing was given to the server yet, so that another attempt is safe, whatever went wrong.
        raise NotTaken(f"the message could not be offered: {type(error).__name__}", is_final=False) from error
    about_to()
    try:
        server.send(_with_dots(content))
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(_words(error)) from error
    finally:
        _close(connection)
    _expect(_TAKEN, code, said)


def _beyond_ascii(server: smtplib.SMTP, addresses: str) -> list[str]:
    """What the server is told where an address has letters beyond ASCII (RFC 6531). Raises NotTaken."""
    if addresses.isascii():
        return []
    if not (server.does_esmtp and server.has_extn("smtputf8")):
        raise NotTaken("it takes no address with letters beyond ASCII", is_final=True)
    return ["BODY=8BITMIME", "SMTPUTF8"]


def _close(connection: SmtpBackend) -> None:
    """End the dialogue; what goes wrong with that changes nothing of what was said in it."""
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def _expect(wanted: int, code: int, said: bytes) -> None:
    # 251 and 252: the server will forward, or try (RFC 5321, section 3.4).
    if code == wanted or (wanted == _TAKEN and code in {251, 252}):
        return
    raise NotTaken(_masked(f"{code} {said.decode(errors='replace')}"), is_final=code >= _LOWEST_PERMANENT)


def _with_dots(content: bytes) -> bytes:
    """The bytes as they go over the line: a dot doubled where it begins one, and the end (RFC 5321, section 4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", content)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _not_taken(error: Exception) -> NotTaken:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        listed = ", ".join(map(str, codes))
        return NotTaken(f"it refused the recipient, code {listed}", is_final=min(codes) >= _LOWEST_PERMANENT)
    if isinstance(error, smtplib.SMTPDataError):
        return NotTaken(_masked(_words(error)), is_final=error.smtp_code >= _LOWEST_PERMANENT)
    # A wrong password or a sender that it does not know is put right by the people who run the desk.
    return NotTaken(_masked(_words(error)), is_final=False)


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _masked(words: str) -> str:
    """What a server said, without the addresses in it: the desk does not show who asked."""
    return re.sub(r"[^\s<>()\[\]{},;:'\"]+@[^\s<>()\[\]{},;:'\"]+", "[address]", " ".join(words.split()))


def without_recipient(words: str, recipient: str) -> str:
    """The words of a server without the address of the requester, nor the part before the @: it is a name often."""
    for part in filter(None, (recipient, recipient.partition("@")[0])):
        words = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "[address]", words, flags=re.IGNORECASE)
    return words


def _part(file: OutgoingFile) -> MIMEBase:
    """The file as a part in base64, so that no server on the way changes its line ends or its characters."""
    main, _, kind = file.media_type.partition(";")[0].partition("/")
    part = MIMEBase(main, kind)
    part.set_payload(file.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file.name)
    return part
