"""Mail as a Django app."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters on their way out, and mail that comes in."""

    name = "candour.post"
    label = "post"
