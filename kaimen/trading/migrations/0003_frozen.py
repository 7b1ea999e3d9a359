"""Triggers that freeze the journal."""

from django.db import migrations

from kaimen.trading import frozen


def forwards(apps, schema_editor):
    for statement in frozen.statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    for statement in frozen.removals(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("trading", "0002_market")]

    operations = [migrations.RunPython(forwards, backwards)]
