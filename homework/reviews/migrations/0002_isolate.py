"""Put every table of this app behind its clinic."""

from django.db import migrations

from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """Row-level security and composite foreign keys."""

    dependencies = [("reviews", "0001_initial"), ("assignments", "0002_isolate")]

    operations = [
        IsolateByClinic("Review"),
        IsolateByClinic("Digest"),
    ]
