"""The checks of the sender: those of our own mail server alone, whatever the message says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candour.post.reading import Authentication, read_message
from post.mails import mail

OURS = ("mx.westvale.example",)
PASSED = b"Authentication-Results: mx.westvale.example; dmarc=pass header.from=requester.example\n"
FAILED = b"Authentication-Results: mx.westvale.example; spf=fail; dkim=none; dmarc=fail\n"
RECEIVED = b"Received: from far.example by mx.westvale.example; Thu, 26 Mar 2026 23:50:00 +0000\n"


def checks(head: bytes, checked_by: tuple[str, ...] = OURS, raw: bytes = b"") -> Authentication:
    return read_message(head + (raw or mail()), checked_by).authentication


def test_the_results_of_our_own_server_are_believed() -> None:
    found = checks(PASSED + RECEIVED)
    assert (found.dmarc, found.server) == ("pass", "mx.westvale.example")
    assert found.is_proven
    assert checks(FAILED + RECEIVED).is_failed


def test_each_filter_of_our_server_writes_a_field_of_its_own() -> None:
    found = checks(
        b"Authentication-Results: mx.westvale.example 1; spf=pass smtp.mailfrom=requester.example\n"
        b"Authentication-Results: MX.westvale.example; dkim=fail (dkim=pass a lie); dkim=pass header.d=other.example\n"
        + RECEIVED
    )
    assert (found.spf, found.dkim, found.dmarc) == ("pass", "pass", "")


def test_the_results_of_another_server_count_for_nothing() -> None:
    found = checks(b"Authentication-Results: mx.forged.example; spf=pass; dkim=pass; dmarc=pass\n" + RECEIVED)
    assert (found.spf, found.dkim, found.dmarc) == ("", "", "")
    assert found.absent
    assert not found.is_proven


@given(st.sampled_from(["spf", "dkim", "dmarc"]), st.sampled_from([b"", RECEIVED]), st.integers(1, 3))
def test_no_field_that_came_with_the_message_changes_what_our_server_found(method: str, way: bytes, times: int) -> None:
    forged = f"Authentication-Results: mx.westvale.example; {method}=pass header.d=requester.example\n".encode()
    assert checks(FAILED + way + forged * times).is_failed
    below = checks(b"Authentication-Results: mx.westvale.example; spf=none\n" + RECEIVED + forged * times)
    assert not below.is_proven


def test_with_no_server_named_a_message_cannot_speak_for_itself() -> None:
    found = checks(PASSED, ())
    assert (found.dmarc, found.believed, found.is_proven) == ("", False, False)
    assert checks(FAILED, ()).is_failed
    assert not checks(b"", ()).is_failed


def test_a_server_that_gives_no_name_is_named_by_a_dash() -> None:
    written = b"Authentication-Results: spf=pass smtp.mailfrom=requester.example; dmarc=pass action=none\n"
    assert checks(written, ("-",)).is_proven
    assert checks(written).absent


@pytest.mark.parametrize(
    ("result", "proven"),
    [
        (b"spf=pass smtp.mailfrom=requester.example; dmarc=none", True),
        (b"spf=pass smtp.mailfrom=robin@mail.requester.example", True),
        (b"dkim=pass header.d=requester.example", True),
        (b"dkim=pass header.i=@requester.example", True),
        (b"spf=pass smtp.mailfrom=bulk@sender.example; dmarc=none", False),
        (b"dkim=pass header.d=notrequester.example", False),
        (b"spf=none; dkim=none; dmarc=none", False),
    ],
)
def test_a_check_proves_a_sender_only_where_it_is_about_the_domain_that_the_reader_sees(
    result: bytes, proven: bool
) -> None:
    assert checks(b"Authentication-Results: mx.westvale.example; " + result + b"\n").is_proven is proven


@pytest.mark.parametrize(
    "head",
    [
        b"From: Mallory <mallory@elsewhere.example>\n",
        b"from: robin@requester.example\n",
    ],
)
def test_two_fields_of_the_sender_prove_nobody(head: bytes) -> None:
    assert checks(PASSED + head).is_failed


def test_two_addresses_in_one_field_of_the_sender_prove_nobody() -> None:
    several = (
        b"From: Robin <robin@requester.example>, Mallory <m@elsewhere.example>\nTo: foi@westvale.police.example\n\nHi\n"
    )
    assert checks(PASSED, raw=several).is_failed
    named = b'From: "robin@requester.example" <m@elsewhere.example>\nTo: foi@westvale.police.example\n\nHi\n'
    assert not checks(PASSED, raw=named).several
