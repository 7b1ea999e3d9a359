"""Triggers that freeze the steps of cases."""

from django.db import migrations

from kaimen.cases import frozen


def forwards(apps, schema_editor):
    for statement in frozen.statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    for statement in frozen.removals(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
