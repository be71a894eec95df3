"""What becomes of the private pages of a requester when their case is destroyed."""

from __future__ import annotations

from candour.portal.models import Draft, FollowLink


def empty_links(case: int) -> None:
    """Delete the private link to the case, and the draft that it was made from."""
    FollowLink.objects.filter(case=case).delete()
    Draft.objects.filter(case=case).delete()
