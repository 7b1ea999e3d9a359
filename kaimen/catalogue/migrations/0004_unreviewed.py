"""Whether a version was reviewed. On SQLite a column is added by writing the table anew, which loses its triggers."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from kaimen.catalogue import frozen


def thaw(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in frozen.removals(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def freeze(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in frozen.statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_entry_has_data"),
    ]

    operations = [
        migrations.RunPython(thaw, freeze),
        migrations.AddField(
            model_name="entryversion",
            name="reviewed",
            field=models.BooleanField(default=True),
        ),
        migrations.RunPython(freeze, thaw),
    ]
