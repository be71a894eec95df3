"""Mail as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters on their way out, and mail that comes in."""

    name = "candour.post"
    label = "post"

    def ready(self) -> None:
        """Hear of new requests and restricted cases, offer a step on many, have mail go and stop with its case."""
        from candour.desk.announcements import case_restricted, request_received
        from candour.desk.breaches.post_of_case import Post, serves
        from candour.desk.forms.together import FORMS
        from candour.desk.keeping.contents import also_empty
        from candour.post import breaches
        from candour.post.emptying import empty_mail
        from candour.post.together import Acknowledge, AcknowledgeForm

        request_received.connect(_acknowledge_later, dispatch_uid="candour.post.acknowledge")
        case_restricted.connect(_keep_apart, dispatch_uid="candour.post.keep_apart")
        also_empty(empty_mail)
        serves(Post(stop=breaches.stop, left=breaches.left))
        FORMS[Acknowledge.name] = AcknowledgeForm


def _acknowledge_later(**announced: Any) -> None:
    from candour.post.acknowledge import acknowledge_later

    acknowledge_later(announced["case"])


def _keep_apart(**announced: Any) -> None:
    from candour.post.sight import keep_apart

    keep_apart(announced["case"])
