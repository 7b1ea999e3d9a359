"""Entries whose data were published before the catalogue was told of it."""

from django.db import migrations


def forwards(apps, schema_editor):
    published = apps.get_model("lake", "Table").objects.filter(published__isnull=False).values_list("pk", flat=True)
    entries = apps.get_model("catalogue", "Entry").objects
    for entry in published.iterator():
        entries.filter(pk=entry).update(has_data=True)


class Migration(migrations.Migration):
    dependencies = [("lake", "0001_initial"), ("catalogue", "0003_entry_has_data")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
