"""Triggers, the order of commits on PostgreSQL, and the lanes."""

from django.db import migrations

from kaimen.evidence import append_only


def forwards(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in (*append_only.columns(vendor), *append_only.statements(vendor), append_only.seed(vendor)):
        schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    for statement in append_only.removals(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
