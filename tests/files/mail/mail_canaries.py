"""Mails that each hide one word in one place: a function for every row of the catalogue."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from email.message import EmailMessage

from PIL import Image

CANARIES: dict[str, Callable[[str], bytes]] = {}
TEXT = "The answer is forty two officers.\n"


def canary(code: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Enter a function for a code of the catalogue."""

    def entered(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
        CANARIES[code] = make
        return make

    return entered


def letter(text: str = TEXT) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "FOI Team <foi@northshire.example>"
    message["To"] = "Alex Reader <alex@reader.example>"
    message["Date"] = "Mon, 03 Jun 2024 10:00:00 +0100"
    message["Subject"] = "Your request"
    message.set_content(text)
    return message


def with_header(name: str, value: str) -> bytes:
    return f"{name}: {value}\n".encode() + letter().as_bytes()


def with_html(html: str, text: str = TEXT) -> bytes:
    message = letter(text)
    message.add_alternative(f"<html><body><p>{TEXT}</p>{html}</body></html>", subtype="html")
    return message.as_bytes()


for _name in (
    "Bcc",
    "X-Originating-IP",
    "In-Reply-To",
    "References",
    "Message-ID",
    "Thread-Index",
    "X-Mailer",
    "Reply-To",
):

    @canary(f"E.hdr:{_name.casefold()}")
    def in_a_header_line(word: str, name: str = _name) -> bytes:
        return with_header(name, word)


@canary("E.received")
def on_the_way(word: str) -> bytes:
    return with_header("Received", f"from {word} ([10.0.0.1]) by mx.example")


@canary("E.comment")
def in_a_comment_of_an_address(word: str) -> bytes:
    return letter().as_bytes().replace(b"To: Alex", f"To: ({word}) Alex".encode())


@canary("E.quoted_thread")
def in_a_quoted_line(word: str) -> bytes:
    return letter(f"{TEXT}\n> {word} wrote this\n").as_bytes()


@canary("E.quoted_original")
def in_the_mail_that_is_answered(word: str) -> bytes:
    return letter(f"{TEXT}\n-----Original Message-----\nFrom: someone\n{word}\n").as_bytes()


@canary("E.alternative")
@canary("E.parts_differ")
def in_the_plain_version_alone(word: str) -> bytes:
    return with_html("", f"{TEXT}{word}\n")


for _hiding in (
    "<p style='display:none'>{}</p>",
    "<!-- {} -->",
    "<span style='color:#fff'>{}</span>",
    "<span style='font-size:0px'>{}</span>",
    "<div hidden>{}</div>",
    "<style>.x{{display:none}}</style><b class=x>{}</b>",
    "<div style='position:absolute;left:-9999px'>{}</div>",
    "<img src='cid:a' alt='{}'>",
    "<title>{}</title>",
    "<div style='mso-hide:all'>{}</div>",
):

    @canary(f"E.html_hidden by {_hiding}")
    def in_hidden_html(word: str, hiding: str = _hiding) -> bytes:
        return with_html(hiding.format(word))


@canary("E.html_link")
def behind_a_link(word: str) -> bytes:
    return with_html(f"<a href='https://{word}.example/'>here</a>")


@canary("E.html_remote")
def in_a_picture_fetched_from_elsewhere(word: str) -> bytes:
    return with_html(f"<img src='https://t.example/{word}.gif'>")


def jpeg_with(word: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = word
    buffer = io.BytesIO()
    Image.effect_noise((20, 20), 50).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@canary("E.attachment")
@canary("I.EXIF")
def in_an_attached_picture(word: str) -> bytes:
    message = letter()
    message.add_attachment(jpeg_with(word), maintype="image", subtype="jpeg", filename="a.jpg")
    return message.as_bytes()


@canary("E.inline_file")
def in_a_picture_in_the_text(word: str) -> bytes:
    message = letter()
    message.add_attachment(jpeg_with(word), maintype="image", subtype="jpeg", disposition="inline", cid="<a>")
    return message.as_bytes()


@canary("E.attachment_name")
def in_the_other_name_of_an_attachment(word: str) -> bytes:
    message = letter()
    message.add_attachment(jpeg_with("x"), maintype="image", subtype="jpeg", filename="a.jpg")
    return message.as_bytes().replace(b"image/jpeg", f"image/jpeg; name={word}.jpg".encode())


@canary("E.attached_mail")
def in_the_header_of_an_attached_mail(word: str) -> bytes:
    inner = letter()
    inner["X-Folder"] = word
    message = letter()
    message.add_attachment(inner)
    return message.as_bytes()


@canary("E.tnef")
def in_a_property_of_winmail_dat(word: str) -> bytes:
    attribute = struct.pack("<BII", 1, 0x00068008, len(word)) + word.encode() + b"\x00\x00"
    message = letter()
    message.add_attachment(
        b"\x78\x9f\x3e\x22\x01\x00" + attribute, maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    return message.as_bytes()


@canary("E.preamble")
def after_the_last_part(word: str) -> bytes:
    return with_html("") + f"\n{word}\n".encode()


@canary("E.unread_part")
def in_a_part_that_nobody_shows(word: str) -> bytes:
    message = letter()
    message.add_alternative(f"BEGIN:VCALENDAR\nSUMMARY:{word}\nEND:VCALENDAR\n", subtype="calendar")
    return message.as_bytes()


@canary("E.signed")
def in_a_signature(word: str) -> bytes:
    boundary = "BOUNDARY"
    head = letter().as_bytes().partition(b"Content-Type")[0]
    return (
        head
        + (
            f'Content-Type: multipart/signed; boundary="{boundary}"\n\n--{boundary}\n'
            f"Content-Type: text/plain\n\n{TEXT}\n"
            f"--{boundary}\nContent-Type: application/pkcs7-signature\n\n{word}\n--{boundary}--\n"
        ).encode()
    )


@canary("E.bidi")
def in_letters_without_width(_: str) -> bytes:
    return letter("The answer\u200b is forty two \u202eofficers.\n").as_bytes()


def web_page(inside: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body><p>{TEXT}</p>{inside}</body></html>".encode()


@canary("E.html_hidden by a web page")
def in_a_hidden_part_of_a_web_page(word: str) -> bytes:
    return web_page(f"<p style='display:none'>{word}</p>")


@canary("E.html_hidden by a comment of a web page")
def in_a_comment_of_a_web_page(word: str) -> bytes:
    return web_page(f"<!-- {word} -->")


@canary("E.html_link by a web page")
def behind_a_link_of_a_web_page(word: str) -> bytes:
    return web_page(f"<a href='https://{word}.example/'>here</a>")


@canary("E.html_remote by a web page")
def fetched_by_a_web_page(word: str) -> bytes:
    return web_page(f"<img src='https://t.example/{word}.gif'>")
