"""The desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Cases and everything that staff do with them."""

    name = "candour.desk"
    label = "desk"
    verbose_name = "FOI desk"
    default_auto_field = "django.db.models.BigAutoField"
