"""How the versions of a worksheet do; behind its clinic."""

import django.db.models.deletion
from django.db import migrations, models

import accounts.ids
from clinic.rls.policies import IsolateByClinic


def _share(told):
    return models.PositiveSmallIntegerField(blank=True, help_text=f"per cent of clients who {told}", null=True)


class Migration(migrations.Migration):
    """The table and its policy."""

    dependencies = [
        ("reviews", "0002_isolate"),
        ("worksheets", "0003_drafts_and_choices"),
        ("clinic", "0002_isolate"),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionTally",
            fields=[
                ("id", models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("counted_at", models.DateTimeField()),
                ("started", _share("began")),
                ("shared", _share("shared something")),
                ("clear", _share("knew their first step")),
                ("expected", _share("expected it to be useful")),
                ("useful", _share("found it pleasant or got somewhere")),
                ("deep", _share("worked in depth")),
                ("clinic", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic.clinic")),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="worksheets.worksheetversion")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clinic", "version"), name="reviews_tally_once")],
            },
        ),
        IsolateByClinic("VersionTally"),
    ]
