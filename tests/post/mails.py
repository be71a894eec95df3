"""Messages to test with."""

from __future__ import annotations

from email.message import EmailMessage

OUR_ADDRESS = "foi@westvale.police.example"
REQUEST_WORDS = """\
Dear Westvale Police,

1. How many drones does the force own?
2. What did each of them cost?

Yours faithfully,
Sorrel Quillon
"""


def mail(
    words: str = REQUEST_WORDS,
    *,
    to: str = OUR_ADDRESS,
    sender: str = "Sorrel Quillon <sorrel@requester.example>",
    subject: str = "Drones",
    message_id: str = "<one@requester.example>",
    **fields: str,
) -> bytes:
    """A plain message; `fields` are further fields of its head, with _ for -."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Thu, 26 Mar 2026 23:50:00 +0000"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(words)
    return message.as_bytes()


def bounce(returned_id: str, to: str = OUR_ADDRESS, action: str = "failed") -> bytes:
    """A report of what became of the letter with that Message-ID: that it did not arrive, unless told otherwise."""
    return f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@requester.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@requester.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

I could not deliver your letter.
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; requester.example

Final-Recipient: rfc822; robin@requester.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user
--edge
Content-Type: message/rfc822

Message-ID: <{returned_id}>
Subject: our response

The letter.
--edge--
""".encode()


def old_bounce(returned_id: str, to: str = OUR_ADDRESS) -> bytes:
    """A letter that came back in the form of servers that are older than reports of delivery."""
    return f"""\
Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@requester.example>
To: {to}
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: robin@requester.example
Message-ID: <old-report@requester.example>

This message was created automatically by mail delivery software.

------ This is a copy of the message, including all the headers. ------

Return-path: <{to}>
Message-Id: <{returned_id}>
Subject: our response

The letter.
""".encode()
