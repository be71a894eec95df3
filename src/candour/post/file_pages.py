"""What came with a message, handed to a person who may see who wrote it: never opened here, never shown in the page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from candour.desk.access import StaffRequest, staff_only
from candour.desk.models import StaffMember
from candour.post.models import QueueEntry
from candour.post.reading import attached_file
from candour.post.shown import may_be_identified
from candour.post.sight import mail_seen_by

_SALT = "candour.post.look"
_LOOK_LASTS = 60 * 60
"""Seconds for which a look at who asked, whose reason is in the trail, opens the files of the case."""

WHOLE = 0
"""The number of the whole message as it came; the files are numbered from 1."""


def look_of(staff: StaffMember, entry: QueueEntry) -> str:
    """What a link to a file carries where the page was opened for a reason: for this person, and for an hour."""
    return signing.dumps([staff.pk, entry.pk], salt=_SALT)


@staff_only
def mail_file(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A file of a message of the force; of one that belongs to a case only within a look that was recorded."""
    entry = mail_seen_by(request.user).filter(pk=pk).first()
    if entry is None or not (may_be_identified(entry) or _looks(request, entry)):
        raise Http404("There is no such file, or your look at who asked is over an hour old. Look again.")
    return _handed_out(entry, number)


@login_required
def unplaced_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A file of a message that was sent to no force, for an administrator."""
    user = request.user
    entry = QueueEntry.objects.filter(authority=None, pk=pk).first()
    if entry is None or not isinstance(user, StaffMember) or not user.is_superuser:
        raise Http404("There is no such file.")
    return _handed_out(entry, number)


def _looks(request: StaffRequest, entry: QueueEntry) -> bool:
    try:
        given = signing.loads(request.GET.get("look", ""), salt=_SALT, max_age=_LOOK_LASTS)
    except signing.BadSignature:
        return False
    return bool(given == [request.user.pk, entry.pk])


def _handed_out(entry: QueueEntry, number: int) -> HttpResponse:
    raw = bytes(entry.message.copies.order_by("pk")[0].content)
    if number == WHOLE:
        name, content = f"message-{entry.message_id}.eml", raw
    else:
        found = attached_file(raw, number - 1)
        if found is None:
            raise Http404("There is no such file.")
        name, content = found[0].name, found[1]
    # As bytes to be saved, whatever the message calls them: no browser shows or runs what a stranger sent.
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
