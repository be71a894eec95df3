"""Mail as a Django app."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters on their way out, and mail that comes in."""

    name = "candour.post"
    label = "post"

    def ready(self) -> None:
        """Have mail go with the case that it was joined to."""
        from candour.desk.contents import also_empty
        from candour.post.emptying import empty_mail

        also_empty(empty_mail)
