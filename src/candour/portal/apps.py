"""The portal as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What the public sees."""

    name = "candour.portal"
    label = "portal"

    def ready(self) -> None:
        """Have private links and drafts go with their case."""
        from candour.desk.keeping.contents import also_empty
        from candour.portal.emptying import empty_links

        also_empty(empty_links)
