"""What the public side mails to a requester: the code that proves an address, and what a request has become."""

from __future__ import annotations

import logging
from email.utils import formataddr
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from candour.desk.models import Authority, Case
from candour.portal.models import Draft

_log = logging.getLogger(__name__)


def mail_code(draft: Draft, code: str, address: str) -> bool:
    """Mail the code, with the address under which the draft waits. Whether the mail server took it is returned."""
    with override(draft.language):
        text = render_to_string("portal/mail/code.txt", {"code": code, "address": address, "force": draft.authority})
        return _mail(draft.authority, draft.email, _("Your code for a request for information"), text)


def mail_receipt(case: Case, address: str, language: str) -> bool:
    """Mail reference, due date and the private address, with the request as it was received."""
    with override(language):
        text = render_to_string("portal/mail/receipt.txt", {"case": case, "address": address, "force": case.authority})
        subject = _("Your request %(reference)s") % {"reference": case.reference}
        return _mail(case.authority, case.requester.email, subject, text)


def _mail(force: Authority, to: str, subject: str, text: str) -> bool:
    sender = formataddr((force.name, force.email))
    try:
        EmailMessage(" ".join(subject.split()), text, sender, [to], headers={"Auto-Submitted": "auto-generated"}).send()
    except (OSError, SMTPException) as error:
        _log.warning("a mail to a requester was not taken: %s", type(error).__name__)
        return False
    return True
