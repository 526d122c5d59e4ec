"""Recordings and photos beside an entry, sealed and behind their clinic."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table, its policy and its composite foreign keys."""

    dependencies = [
        ("assignments", "0002_isolate"),
        ("clinic", "0002_isolate"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("key", models.CharField(help_text="of the question it answers", max_length=40)),
                (
                    "kind",
                    models.CharField(choices=[("audio", "A recording"), ("photo", "A photo")], max_length=5),
                ),
                ("media_type", models.CharField(max_length=20)),
                ("size", models.PositiveIntegerField(help_text="bytes, before sealing")),
                (
                    "seconds",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="of a recording, where it can be told", null=True
                    ),
                ),
                ("content", clinic.vault.EncryptedBytes(blank=True, null=True)),
                (
                    "clinic",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clinic.clinic",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="assignments.entry"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="clinic.episode",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["entry", "key"], name="assignments_entry_i_8b909f_idx")],
            },
        ),
        IsolateByClinic("Attachment"),
    ]
