"""Mail as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters on their way out, and mail that comes in."""

    name = "candour.post"
    label = "post"

    def ready(self) -> None:
        """Hear of new requests, to acknowledge them; have mail go with its case, and be stopped with it."""
        from candour.desk.announcements import request_received
        from candour.desk.breaches.post_of_case import Post, serves
        from candour.desk.keeping.contents import also_empty
        from candour.post import breaches
        from candour.post.emptying import empty_mail

        request_received.connect(_acknowledge_later, dispatch_uid="candour.post.acknowledge")
        also_empty(empty_mail)
        serves(Post(stop=breaches.stop, left=breaches.left))


def _acknowledge_later(**announced: Any) -> None:
    from candour.post.acknowledge import acknowledge_later

    acknowledge_later(announced["case"])
