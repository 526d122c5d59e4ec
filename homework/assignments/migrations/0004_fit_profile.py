"""What suits a client, as they say it themself; behind its clinic like everything else."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import accounts.ids
import clinic.vault
from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """The profile and its policy."""

    dependencies = [("assignments", "0003_attachments"), ("clinic", "0002_isolate")]

    operations = [
        migrations.CreateModel(
            name="FitProfile",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("in_use", models.BooleanField(default=True)),
                ("time_of_day", models.CharField(blank=True, choices=[("", "Any time"), ("morning", "In the morning"), ("midday", "In the middle of the day"), ("evening", "In the evening"), ("night", "Late, or at night")], default="", max_length=8)),
                ("device", models.CharField(blank=True, choices=[("", "Anything"), ("phone", "A phone"), ("computer", "A computer or tablet"), ("paper", "Paper")], default="", max_length=8)),
                ("ways", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[("reading", "Reading"), ("writing", "Writing"), ("listening", "Listening"), ("doing", "Doing something")], max_length=10), blank=True, default=list, size=None)),
                ("shape", models.CharField(blank=True, choices=[("", "Either"), ("steps", "Clear steps, one after another"), ("free", "Room to do it my way")], default="", max_length=6)),
                ("company", models.CharField(blank=True, choices=[("", "Either"), ("alone", "On my own"), ("others", "With somebody")], default="", max_length=6)),
                ("energy", models.CharField(blank=True, choices=[("", "Any length"), ("short", "Only short things for now")], default="", max_length=6)),
                ("language", models.CharField(blank=True, choices=[("en", "English"), ("es", "Spanish")], default="", max_length=8)),
                ("avoid", clinic.vault.EncryptedJSON(blank=True, help_text="keys of cautions the client would rather leave out", null=True)),
                ("faith", clinic.vault.EncryptedText(blank=True, help_text="faith, family and culture, in their own words", null=True)),
                ("senses", clinic.vault.EncryptedText(blank=True, help_text="what is too loud, too bright, too close, in their own words", null=True)),
                ("worked", clinic.vault.EncryptedText(blank=True, help_text="what has worked before, in their own words", null=True)),
                ("rev", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("clinic", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic")),
                ("episode", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="clinic.episode")),
            ],
        ),
        migrations.AddConstraint(
            model_name="fitprofile",
            constraint=models.UniqueConstraint(models.F("episode"), name="assignments_one_fit_profile"),
        ),
        IsolateByClinic("FitProfile"),
    ]
