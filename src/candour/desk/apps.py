"""The desk as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db import connections
from django.db.models.signals import post_migrate


class DeskConfig(AppConfig):
    """Cases and everything that staff do with them."""

    name = "candour.desk"
    label = "desk"
    verbose_name = "FOI desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check the workflow and the rules of clearance, and lay the guard of the trail anew after every migration."""
        from candour.desk.clearing.rules import default_rules
        from candour.desk.workflow import workflow

        workflow()
        default_rules()
        post_migrate.connect(_lay_guard, sender=self, dispatch_uid="candour.desk.audit_trail.guard")


class DeskAdminConfig(AdminConfig):
    """Django's administration, signed in to at the desk (`candour.desk.admin_site`)."""

    default_site = "candour.desk.admin_site.DeskAdminSite"


def _lay_guard(using: str, **_: Any) -> None:
    from candour.desk.audit_trail.guard import lay_guard

    lay_guard(connections[using])
