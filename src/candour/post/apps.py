"""Mail as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters on their way out, and mail that comes in."""

    name = "candour.post"
    label = "post"

    def ready(self) -> None:
        """Hear of new requests, to acknowledge them; offer that for many cases; have mail go with its case."""
        from candour.desk.announcements import request_received
        from candour.desk.forms.together import FORMS
        from candour.desk.keeping.contents import also_empty
        from candour.post.emptying import empty_mail
        from candour.post.together import Acknowledge, AcknowledgeForm

        request_received.connect(_acknowledge_later, dispatch_uid="candour.post.acknowledge")
        also_empty(empty_mail)
        FORMS[Acknowledge.name] = AcknowledgeForm


def _acknowledge_later(**announced: Any) -> None:
    from candour.post.acknowledge import acknowledge_later

    acknowledge_later(announced["case"])
