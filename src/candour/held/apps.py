"""Held uploads as a Django app."""

from django.apps import AppConfig


class HeldConfig(AppConfig):
    """Uploads that wait for the gate."""

    name = "candour.held"
    label = "held"
    default_auto_field = "django.db.models.BigAutoField"
