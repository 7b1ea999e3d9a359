from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_activations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("code", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("region", models.CharField(max_length=6)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=120)),
                ("address_zh", models.CharField(max_length=200)),
                ("address_en", models.CharField(max_length=200)),
                ("hours_zh", models.CharField(max_length=120)),
                ("hours_en", models.CharField(max_length=120)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("synthetic", models.BooleanField()),
            ],
        ),
        migrations.RemoveField(model_name="mandate", name="claim_tries_left"),
        migrations.RemoveField(model_name="mandate", name="passphrase"),
        migrations.AddField(
            model_name="mandate",
            name="call_back_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="mandate",
            name="channel",
            field=models.CharField(default="counter", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mandate",
            name="language",
            field=models.CharField(default="zh-hans", max_length=10),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="mandate",
            name="ground",
            field=models.CharField(max_length=20),
        ),
        migrations.RunSQL(
            "update accounts_mandate set ground = 'present' where ground = 'spoken'",
            "update accounts_mandate set ground = 'spoken' where ground = 'present'",
        ),
    ]
