"""Triggers that keep the trail: its events are neither changed nor deleted, on SQLite and on PostgreSQL."""

from django.db import migrations

from candour.desk.audit_trail.guard import lay_guard, lift_guard


class Migration(migrations.Migration):
    """The SQL of each database stands in `candour.desk.audit_trail.guard`, which lays it again after later migrations."""

    dependencies = [("desk", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda _, schema: lay_guard(schema.connection), lambda _, schema: lift_guard(schema.connection)
        )
    ]
