from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from files.mail import mail_canaries, msg_canaries
from files.mail.mail_canaries import TEXT, letter, with_html

from candour.files import inside
from candour.files.findings import Blocked, Status
from candour.files.limits import Limits

WORD = "Quibblefrotz"
CANARIES = mail_canaries.CANARIES | msg_canaries.CANARIES


def test_every_row_of_the_catalogue_of_mail_has_a_canary() -> None:
    rows = tomllib.loads((files("candour.files") / "hiding_places" / "mail.toml").read_text("utf-8"))
    planted = {code.partition(" by ")[0] for code in CANARIES}
    assert set(rows) - {"E.hdr:*", "E.encrypted"} <= planted


@pytest.mark.parametrize("code", sorted(CANARIES))
def test_what_is_hidden_in_a_mail_is_found_and_does_not_outlive_a_rebuild(code: str) -> None:
    data = CANARIES[code](WORD)
    report = inside.inspect(data, "mail", Limits())
    assert code.partition(" by ")[0] in {finding.code for finding in report.findings}
    rebuild = inside.rebuild(data, "mail", Limits(), "1")
    assert rebuild.proof.holds, rebuild.proof.failures
    for output in rebuild.rebuilt.outputs:
        assert WORD.encode() not in output.data
        report = inside.inspect(output.data, output.name, Limits())
        assert report.status is Status.CLEAN
    shown = " ".join(rebuild.rebuilt.visible.texts())
    assert WORD.casefold() not in shown.casefold()
    assert "forty two" in shown


def test_a_plain_mail_is_clean_and_its_transcript_says_the_same() -> None:
    data = letter().as_bytes()
    assert inside.inspect(data, "mail.eml", Limits()).status is Status.CLEAN
    shown = " ".join(inside.rebuild(data, "mail.eml", Limits(), "1").rebuilt.outputs[0].shows.texts())
    for part in ("FOI Team", "alex@reader.example", "Your request", TEXT.strip()):
        assert part in shown


def test_the_transcript_shows_the_html_that_mail_programs_show() -> None:
    shown = inside.inspect(with_html("<p>And <b>three</b> dogs.</p>"), "mail.eml", Limits())
    assert {finding.code for finding in shown.findings} == {"E.alternative"}


def test_a_file_that_nobody_can_check_is_left_out_and_told() -> None:
    message = letter()
    message.add_attachment(b"\x00\x01\x02", maintype="application", subtype="x-nonsense", filename="b.xyz")
    rebuilt = inside.rebuild(message.as_bytes(), "mail.eml", Limits(), "1").rebuilt
    assert [output.name for output in rebuilt.outputs] == ["mail.pdf"]
    assert any("b.xyz is left out" in lost for lost in rebuilt.lost)


def test_an_encrypted_mail_is_blocked() -> None:
    head = letter().as_bytes().partition(b"Content-Type")[0]
    data = head + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIAGCSqGSIb3\n"
    report = inside.inspect(data, "mail.eml", Limits())
    assert report.status is Status.BLOCKED and report.findings[0].code == "E.encrypted"
    with pytest.raises(Blocked):
        inside.rebuild(data, "mail.eml", Limits(), "1")


def test_mails_nested_without_end_are_blocked() -> None:
    message = letter()
    for _ in range(30):
        outer = letter()
        outer.add_attachment(message)
        message = outer
    assert inside.inspect(message.as_bytes(), "mail.eml", Limits()).status is Status.BLOCKED


def test_a_word_too_long_for_a_line_is_set_smaller_and_not_broken() -> None:
    address = "https://northshire.example/" + "a" * 300
    shown = inside.rebuild(letter(f"See {address}\n").as_bytes(), "mail.eml", Limits(), "1").rebuilt.outputs[0].shows
    assert address in " ".join(shown.texts())
