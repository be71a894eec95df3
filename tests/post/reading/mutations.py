"""Messages damaged by chance, as a seed says: cut, spliced, lines moved and doubled, bytes changed, heads forged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from post.mails import bounce, mail

OWN = (
    mail(),
    bounce("letter@westvale.police.example"),
    (
        b"From: a@b.example\nTo: foi@westvale.police.example\nSubject: =?utf-8?b?xIzDqQ==?=\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n'
        b"--c\nContent-Type: text/plain; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n=E8au\n"
        b"--c\nContent-Type: text/html\n\n<p>Hi <b style='display:none'>x</b><a href='http://a.example'>y</a>\n--c--\n"
        b"--b\nContent-Type: message/rfc822\n\nFrom: c@d.example\nContent-Type: text/calendar\n\nSUMMARY:x\n"
        b'--b\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
        b"eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEIgAcAGAAAAElQTS5NaWNyb3NvZnQgTWFpbC5O\n--b\n"
        b"Content-Type: text/plain\n\nbegin 644 note.txt\n%:&5L;&\\\n`\nend\n--b--\n"
    ),
)
"""Messages of the tests' own, with every kind of part that is opened."""

_PIECES = (
    b"Content-Type: multipart/mixed; boundary=b\n",
    b'Content-Type: multipart/alternative; boundary=""\n',
    b"Content-Type: message/rfc822\n",
    b"Content-Type: message/delivery-status\n",
    b"Content-Type: text/html; charset=\n",
    b"Content-Type: application/ms-tnef\n",
    b"Content-Type: ;;;=\n",
    b"Content-Type: text/plain; charset*=utf-8''%ff\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: x-uuencode\n",
    b"Content-Transfer-Encoding: \xff\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%; filename*1=x\n",
    b"From: \xff <a@b>, =?x?q?=00?= <c@d>\n",
    b"Subject: =?utf-8?q?" + b"=?utf-8?q?" * 50 + b"?=\n",
    b"Authentication-Results: ;;=;spf=\n",
    b"Message-ID: <\x00@\xe9>\n",
    b"Date: 99 Foo 99999 99:99:99 +9999\n",
    *(b"--b\n", b"--b--\n", b"\n\n", b"\x00", b"\r", b"begin 644 x\n", b"=?", b"\xff\xfe", b"<!--", b"<![CDATA["),
    *(b"<table><tr><td>", b"{\\rtf1\\fromhtml1{\\*\\htmltag", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)


def damaged(seed: int, corpus: Sequence[bytes] = OWN) -> bytes:
    """A message of the corpus after one to eight damages; the same for the same seed."""
    random = Random(seed)  # noqa: S311  damage, no secret
    raw = random.choice(corpus)
    for _ in range(random.randint(1, 8)):
        raw = random.choice(_DAMAGES)(raw, random, corpus)
    return raw


def _cut(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return raw[: random.randint(0, len(raw))]


def _without(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start = random.randint(0, len(raw))
    return raw[:start] + raw[start + random.randint(0, 200) :]


def _bytes(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.randint(1, 20) if raw else 0):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _pieces(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = raw.splitlines(keepends=True)
    lines.insert(random.randint(0, len(lines)), random.choice(_PIECES) * random.choice((1, 1, 1, 40)))
    return b"".join(lines)


def _moved(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = raw.splitlines(keepends=True)
    if lines:
        lines.insert(random.randint(0, len(lines)), lines.pop(random.randrange(len(lines))))
    return b"".join(lines)


def _doubled(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start = random.randint(0, len(raw))
    end = start + random.randint(0, 2000)
    return raw[:end] + raw[start:end] * random.randint(1, 5) + raw[end:]


def _spliced(raw: bytes, random: Random, corpus: Sequence[bytes]) -> bytes:
    other = random.choice(corpus)
    return raw[: random.randint(0, len(raw))] + other[random.randint(0, len(other)) :]


def _ends(raw: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return raw.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\n ", b"")))


_Damage = Callable[[bytes, Random, Sequence[bytes]], bytes]
_DAMAGES: tuple[_Damage, ...] = (_cut, _without, _bytes, _bytes, _pieces, _pieces, _moved, _doubled, _spliced, _ends)
