"""The shared front end as a Django app: templates, form rendering, template tags."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What the desk and the portal share."""

    name = "candour.site"
    label = "site"
