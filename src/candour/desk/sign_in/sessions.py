"""The sessions of the desk, named by the setting SESSION_ENGINE: Django's own in the database, with whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

SIGNED_IN = "signed_in"
"""Where a session says how, when and from where its person signed in (`candour.desk.sign_in.steps`)."""


class SessionStore(DatabaseStore):
    """Keeps beside the content of a session the person, so that their sessions can be listed and ended."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Named by Django."""
        from candour.desk.models import StaffSession

        return StaffSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Named by Django."""
        kept: Any = super().create_model_instance(data)
        about = data.get(SIGNED_IN, {})
        kept.person_id = data.get(SESSION_KEY)
        kept.began_at = datetime.fromisoformat(about["at"]) if about else timezone.now()
        kept.address, kept.browser = about.get("address", ""), about.get("browser", "")
        return kept
