"""What a message says, however it is written."""

from __future__ import annotations

import hashlib
import io
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.desk.publishing.published_at_once import is_published_at_once
from candour.post.reading import Kind, ReadMessage, read_message
from candour.post.reading.characters import decoded
from candour.post.reading.markup import from_markup
from candour.post.reading.quoted import split_quoted
from candour.post.reading.rich_text import from_rich_text, unpack
from candour.post.reading.tnef import read_tnef
from candour.post.reading.uuencode import take_files
from candour.post.reading.whatdotheyknow import title_of, without_foot
from post.mails import mail

WORDLESS = {
    "empty-8bit.eml": "has no words",
    "incoming-request-empty.eml": "has no words",
    "unrecognized-encoding-mail.eml": "has no words",
    "no-body.eml": "only what is attached",
    "incoming-request-attachment-unknown-extension.eml": "only what is attached",
    "incoming-request-two-same-name.eml": "only what is attached",
}
"""Real messages whose body has no words, because their senders wrote none."""

SHOWS_LESS = {
    "no-part-charset-random-data.eml": "cannot be told",
    "tnef-attachment-truncated.eml": "cut off",
}
"""Real messages of which a reader sees less than their senders wrote, because they came damaged."""

UUENCODED = "begin 644 note.txt\n" + "%:&5L;&\\\n" + "`\nend\n"


def real(shared: Path) -> list[Path]:
    folder = shared / "data" / "alaveteli_emails"
    if not folder.is_dir():
        pytest.skip("the real messages are not here")
    return sorted(path for path in folder.iterdir() if path.is_file())


def test_every_real_message_is_readable_and_says_where_it_shows_less(shared: Path) -> None:
    files = real(shared)
    assert len(files) == 97
    for path in files:
        read = read_message(path.read_bytes())
        notes = " ".join(read.notes)
        expected = WORDLESS.get(path.name) or SHOWS_LESS.get(path.name)
        assert (expected in notes) if expected else not notes, (path.name, read.notes)
        assert bool(read.text.strip()) == (path.name not in WORDLESS), path.name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("incoming-request-tnef-only.eml", "Freedom of Information"),
        ("track-response-multipart-report.eml", "This is an automatically generated Delivery Status Notification."),
        ("iso8859_2_raw_email.eml", "kerkesen tënde"),
        ("mislabelled-as-iso-8859-1.eml", "NEXT – REQUEST"),
        ("utf-7-conversion.eml", "Delivery Status Notification"),
        ("russian.eml", "спасибо за ваше письмо. Относительно вашего вопроса"),
        ("no-part-charset-bad-utf8.eml", "本公司在1997年成立国家工商注册"),
        ("multipart-no-final-boundary.eml", "irritatingly"),
        ("raw_email_2.eml", "Dear “Bob”"),
    ],
)
def test_real_messages_that_are_written_oddly_keep_their_words(shared: Path, name: str, words: str) -> None:
    real(shared)
    read = read_message((shared / "data" / "alaveteli_emails" / name).read_bytes())
    assert words in " ".join(read.text.split())


def test_the_files_of_real_messages_are_found_in_whatever_they_are_packed(shared: Path) -> None:
    real(shared)
    folder = shared / "data" / "alaveteli_emails"
    wanted = {
        "incoming-request-tnef-attachments.eml": {"FOI 09-02976i.doc": 82944, "FOI 09-02976iii.doc": 65024},
        "incoming-request-oft-attachments.eml": {"test.oft": 19456, "attach.txt": 18},
        "simple-uuencoded-attachment.eml": {"Happy.txt": 52},
        "apple-mail-with-attachments.eml": {
            "2013-040 Decision.pdf": 321382, "2013-040 Decision.pdf.zip": 308639, "FOI Review Rights.pdf": 142961,
        },
    }  # fmt: skip
    for name, files in wanted.items():
        read = read_message((folder / name).read_bytes())
        assert {each.name: each.size for each in read.attachments} == files


def test_the_real_answers_of_machines_are_told_from_mail(shared: Path) -> None:
    by_kind: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for path in real(shared):
        by_kind[read_message(path.read_bytes()).kind].add(path.name)
    assert len(by_kind[Kind.AUTO_REPLY]) == 7
    assert all("oof" in name for name in by_kind[Kind.AUTO_REPLY])
    assert {name for name in by_kind[Kind.BOUNCE] if name.startswith("track-response")} == {
        f"track-response-{name}.eml" for name in ("exim-bounce", "ms-bounce", "multipart-report", "webshield-bounce")
    }
    assert len(by_kind[Kind.BOUNCE]) == 8


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_without_an_error_and_can_be_stored(raw: bytes) -> None:
    read = read_message(raw)
    stored = json.dumps(read.as_json())
    assert "\\u0000" not in stored
    assert not any(0xD800 <= ord(character) <= 0xDFFF for character in read.text + read.subject)
    assert ReadMessage.from_json(json.loads(stored)) == read


_LINES = st.sampled_from(
    [
        *(
            b"From: a@b.example",
            b"To: =?utf-8?B?//8=?=",
            b"Subject: =?x?Q?=00?=",
            b"Date: 99",
            b"Message-ID: <\xff\x00>",
        ),
        *(b"Content-Type: multipart/mixed; boundary=x", b"Content-Type: multipart/alternative; boundary=x", b"--x"),
        *(b"--x--", b"", b"Content-Type: text/html; charset=\x00", b"Content-Type: message/rfc822", b"=E9=", b"end"),
        *(b"Content-Type: message/delivery-status", b"Content-Transfer-Encoding: base64", b"begin 644 x"),
        *(b"Content-Transfer-Encoding: x-uuencode", b"Content-Type: application/ms-tnef", b"eJ8+IkV9AQaQCAAEAAAA"),
        *(b"<p style='display:none'>no", b"\xd0\xcf\x11\xe0", b"Content-Disposition: attachment; filename*=x''%ff"),
        b"Content-Type: text/plain; charset=idna",
    ]
)


@given(st.lists(_LINES, max_size=40))
def test_any_arrangement_of_the_lines_of_messages_is_read(lines: list[bytes]) -> None:
    read = read_message(b"\r\n".join(lines))
    assert ReadMessage.from_json(json.loads(json.dumps(read.as_json()))) == read


@given(st.text(alphabet=st.sampled_from("ab >\n\r\x0c\u2028:On wrote From: To: Sent:-_"), max_size=400))
def test_what_is_written_and_what_is_quoted_are_the_whole_text(text: str) -> None:
    own, quoted = split_quoted(text)
    assert own + quoted == text


@given(st.binary(max_size=600))
def test_damaged_packages_of_outlook_are_no_error(data: bytes) -> None:
    read_tnef(b"\x78\x9f\x3e\x22\x00\x00" + data)
    unpack(data)
    unpack(b"\0\0\0\0\xff\x0f\0\0LZFu\0\0\0\0" + data)
    from_rich_text(b"{\\rtf1\\fromhtml1 " + data)


@given(st.text(max_size=300))
def test_mail_in_every_script_is_read_as_it_was_written(words: str) -> None:
    message = EmailMessage()
    message.set_payload(words.encode("utf-8", "replace"))
    raw = b"Content-Type: text/plain; charset=utf-8\n\n" + words.encode("utf-8", "replace")
    shown = read_message(raw).text
    assert shown.rstrip("\n") == decoded(words.encode("utf-8", "replace"), "utf-8").rstrip("\n") or not shown.strip()


@pytest.mark.parametrize("name", ["Ünsal Çelik", "Дмитрий", "王小明", "محمد", "אברהם", "शर्मा", "Ἀλέξανδρος"])
def test_names_in_every_script_are_read_in_the_head(name: str) -> None:
    read = read_message(mail(sender=f"{name} <x@requester.example>", subject=f"Anfrage {name}"))
    assert (read.sender.name, read.sender.address) == (name, "x@requester.example")
    assert read.subject == f"Anfrage {name}"


def test_ten_thousand_parts_are_read_to_a_bound_that_is_said() -> None:
    part = b"--x\nContent-Type: text/plain\n\nword\n"
    read = read_message(
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + part * 10_000 + b"--x--\n"
    )
    assert read.text.startswith("word")
    assert any("more parts" in note for note in read.notes)


def test_parts_ten_thousand_deep_are_read_or_shown_as_they_came() -> None:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000))
    read = read_message(b"From: a@b.example\n" + head + b"\nthe words\n")
    assert read.notes


def test_a_message_of_fifty_megabytes_is_read() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("See the attachment.")
    raw = message.as_bytes().replace(b"\n\n", b"\nMIME-Version: 1.0\nX: y\n\n", 1)
    large = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee it.\n--x\n"
    large += b"Content-Type: application/pdf; name=big.pdf\nContent-Transfer-Encoding: base64\n\n"
    large += (b"QUFB" * 18 + b"\n") * (50_000_000 // 73) + b"--x--\n"
    assert read_message(raw).own.strip() == "See the attachment."
    read = read_message(large)
    assert read.own.strip() == "See it."
    assert [(each.name, each.size) for each in read.attachments] == [("big.pdf", 50_000_000 // 73 * 54)]


def test_a_message_without_any_head_is_its_words() -> None:
    read = read_message(b"Please send me the figures.\n")
    assert read.text.strip() == "Please send me the figures."
    assert (read.sender.address, read.message_id, read.dated) == ("", "", None)


def test_nul_bytes_are_left_out_and_what_stands_around_them_is_kept() -> None:
    read = read_message(b"From: a\x00@b.example\nSubject: on\x00e\n\ntw\x00o\n")
    assert (read.subject, read.text) == ("one", "two\n")


def test_hidden_words_of_a_page_are_left_out_and_the_notes_say_so() -> None:
    hidden = [
        '<p style="display:none">secret</p>', "<p hidden>secret</p>", '<span style="font-size:0">secret</span>',
        '<div style="visibility: hidden">secret</div>', '<p style="mso-hide:all">secret</p>',
    ]  # fmt: skip
    for markup in hidden:
        read = read_message(b"Content-Type: text/html\n\n<p>Seen</p>" + markup.encode() + b"<p>too</p>")
        assert "secret" not in read.text
        assert "Seen" in read.text
        assert "too" in read.text
        assert any("hidden" in note for note in read.notes)


def test_scripts_of_a_page_are_no_words() -> None:
    text, _ = from_markup("<html><head><title>t</title></head><body>Hello<script>alert(1)</script> you</body></html>")
    assert text == "Hello you"


def test_a_link_shows_where_it_leads() -> None:
    text, _ = from_markup('<a href="https://evil.example/x">the council</a>')
    assert text == "the council <https://evil.example/x>"


def test_html_is_read_where_the_plain_form_is_a_stub() -> None:
    message = EmailMessage()
    message.set_content("Your program cannot show this message.")
    message.add_alternative("<p>" + "How many cars were bought? " * 20 + "</p>", subtype="html")
    assert "How many cars" in read_message(message.as_bytes()).text


def test_a_file_in_the_text_is_taken_out_and_its_place_is_marked() -> None:
    text, files = take_files(f"Before.\n{UUENCODED}After.\n".encode())
    assert text == b"Before.\n[file: note.txt]\nAfter.\n"
    assert files == [(b"note.txt", b"hello")]


def test_words_that_merely_begin_like_a_file_stay() -> None:
    text = b"begin 644 things\nWe begin 644 things each year, and end\nnone of them.\n"
    assert take_files(text) == (text, [])


def test_an_invitation_says_what_when_and_where() -> None:
    raw = b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:Meeting\\, soon\n"
    raw += b"DTSTART:20260401T100000Z\nLOCATION:Leeds\n"
    assert read_message(raw).text.splitlines() == ["Event: Meeting, soon", "Begins: 20260401T100000Z", "Place: Leeds"]


def test_an_enclosed_message_is_a_file_whose_words_are_shown() -> None:
    outer = EmailMessage()
    outer.set_content("See below.")
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "My request", "a@b.example"
    inner.set_content("How many horses?")
    outer.add_attachment(inner)
    read = read_message(outer.as_bytes())
    assert read.own.strip() == "See below."
    assert [each.name for each in read.attachments] == ["My request.eml"]
    assert "How many horses?" in read.attachments[0].text


def test_the_name_of_a_file_never_names_a_folder() -> None:
    message = EmailMessage()
    message.set_content("Here.")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="..\\..\\etc/passwd.pdf")
    (file,) = read_message(message.as_bytes()).attachments
    assert file.name == "passwd.pdf"
    assert file.sha256 == hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    "thread",
    [
        "On 3 March 2026 at 10:00, Westvale Police <foi@westvale.example>\nwrote:\n> Dear Sorrel,\n",
        "-----Original Message-----\nFrom: FOI\nSent: today\n\nDear Sorrel,\n",
        "________________________________\nFrom: FOI <foi@x.example>\nSent: 3 March\nTo: Sorrel\nSubject: x\n\nDear\n",
        "From: FOI\nDate: 3 March\nTo: Sorrel\nSubject: x\n\nDear Sorrel,\n",
        "> Dear Sorrel,\n> thank you\n\n",
        "Begin forwarded message:\n\nFrom: x\n",
    ],
)
def test_a_quoted_thread_is_told_apart(thread: str) -> None:
    assert split_quoted(f"Thank you.\n\n{thread}") == ("Thank you.\n\n", thread)


def test_answers_between_quoted_lines_are_the_senders_own() -> None:
    text = "> Which years?\nThe last three.\n> All districts?\nYes.\n"
    assert split_quoted(text) == (text, "")


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Out of Office: drones", Kind.AUTO_REPLY),
        ("Automatic reply: your request", Kind.AUTO_REPLY),
        ("Absence figures of officers", Kind.MAIL),
        ("Officers out of post", Kind.MAIL),
        ("Undelivered mail in custody", Kind.MAIL),
        ("Request about returned mail", Kind.MAIL),
    ],
)
def test_a_subject_alone_makes_only_a_notice_of_absence(subject: str, kind: Kind) -> None:
    assert read_message(mail(subject=subject)).kind is kind


def test_mail_that_a_program_sent_for_somebody_is_mail() -> None:
    assert read_message(mail(Auto_Submitted="auto-generated", Precedence="bulk")).kind is Kind.MAIL


@pytest.mark.parametrize(
    ("address", "published"),
    [
        ("foi+request-123456-0a1b2c3d@whatdotheyknow.com", True),
        ("FOI+Request-123456-0A1B2C3D@WhatDoTheyKnow.com", True),
        ("request-bounce-123-0a1b2c3d@whatdotheyknow.com", True),
        ("request-77-0a1b2c3d@asktheeu.example", True),
        ("team@whatdotheyknow.com", False),
        ("request-77-office@council.example", False),
        ("sorrel@requester.example", False),
        ("", False),
    ],
)
def test_addresses_of_whatdotheyknow_are_recognised(address: str, published: bool) -> None:
    assert is_published_at_once(address) is published


def test_a_request_of_whatdotheyknow_gives_its_title_and_its_words_alone() -> None:
    foot = "Please use this email address for all replies to this request:\nx\n"
    text = f"Dear Police,\n\nHow many?\n\n{'-' * 67}\n\n{foot}"
    assert title_of("Freedom of Information request - Drones & cost") == "Drones & cost"
    assert without_foot(text) == "Dear Police,\n\nHow many?\n"


def test_rich_text_that_is_stored_plain_is_unpacked() -> None:
    rich = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Dear \u8220?Bob\u8221?\par caf\'e9\par}"
    packed = io.BytesIO()
    packed.write(len(rich).to_bytes(4, "little") * 2 + b"MELA" + b"\0\0\0\0" + rich)
    assert from_rich_text(unpack(packed.getvalue())) == "Dear “Bob”\ncafé"


@pytest.mark.parametrize(
    "field",
    ["=?utf-8?q?foi=40westvale.example=2C?= <real@x.example>", '"foi@westvale.example" <real@x.example>'],
)
def test_a_name_never_passes_for_an_address(field: str) -> None:
    assert read_message(f"From: {field}\n\nwords\n".encode()).sender.address == "real@x.example"


def test_a_page_that_is_nested_too_deep_for_its_parser_is_read_without_its_tags() -> None:
    page = b"Content-Type: text/html\n\n" + b"<div>" * 20_000 + b"How many horses?" + b"</div>" * 20_000
    assert read_message(page).text.split() == ["How", "many", "horses?"]


def test_a_head_that_breaks_the_reader_of_addresses_leaves_the_rest_readable() -> None:
    read = read_message(b"To: " + b"(" * 15_000 + b" x@y.example\nFrom: a@b.example\n\nwords\n")
    assert (read.sender.address, read.own) == ("a@b.example", "words\n")


def test_parts_within_parts_that_would_take_the_parser_minutes_are_shown_as_they_came() -> None:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    read = read_message(b"From: a@b.example\n" + head + b"\nwords\n" * 100_000)
    assert "words" in read.text
    assert read.sender.address == "a@b.example"
    assert any("parts within parts" in note for note in read.notes)
