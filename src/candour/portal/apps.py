"""The portal as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What the public sees."""

    name = "candour.portal"
    label = "portal"
