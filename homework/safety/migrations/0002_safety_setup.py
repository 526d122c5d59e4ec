"""Who in a clinic answers when somebody may not be safe."""

import django.db.models.deletion
from django.db import migrations, models

import accounts.ids
from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """One row a clinic, behind its clinic."""

    dependencies = [
        ("clinic", "0002_isolate"),
        ("safety", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SafetySetup",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("crisis_checked_on", models.DateField(blank=True, help_text="when the crisis lines were last called", null=True)),
                ("clinic", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic")),
                ("contact", models.ForeignKey(blank=True, help_text="who is told of a risky answer", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.membership")),
                ("cover", models.ForeignKey(blank=True, help_text="who is told when they are away", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.membership")),
                ("crisis_checked_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.membership")),
            ],
            options={
                "constraints": [models.UniqueConstraint(models.F("clinic"), name="safety_setup_once")],
            },
        ),
        IsolateByClinic("SafetySetup"),
    ]
