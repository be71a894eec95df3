"""Holding an upload, opening it for the gate, and letting it go."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from candour.held.models import HeldUpload
from candour.sealing import CannotUnseal, opened, seal
from candour.site.config import config


class NotHeld(LookupError):
    """The upload is not held any more, or the key that it was sealed with is not there."""


def sealed(data: bytes) -> bytes:
    """An upload sealed with the key of this installation: some seconds of work, so before a transaction begins."""
    return seal(data, config().seal_keys())


def hold(sealed_bytes: bytes) -> str:
    """Hold a sealed upload, in the caller's transaction; the token by which it is opened and let go."""
    token = secrets.token_hex(32)
    HeldUpload.objects.create(token=token, sealed=sealed_bytes)
    return token


def bytes_of(token: str) -> bytes:
    """The bytes of an upload, for the gate alone. Raises `NotHeld`."""
    held = HeldUpload.objects.filter(token=token).first()
    if held is None:
        raise NotHeld("The file is not kept any more. Give it again.")
    try:
        return opened(bytes(held.sealed), config().seal_keys())
    except CannotUnseal as error:
        raise NotHeld(f"{error} Or give the file again.") from error


def let_go(token: str) -> None:
    """Forget an upload, whether it is there or not."""
    HeldUpload.objects.filter(token=token).delete()


def let_go_of_old() -> int:
    """Forget what has been held for longer than the operator allows; how many."""
    oldest = timezone.now() - timedelta(hours=config().upload_hours)
    count, _ = HeldUpload.objects.filter(held_at__lt=oldest).delete()
    return count
