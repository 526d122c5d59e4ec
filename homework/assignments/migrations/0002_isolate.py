"""Put every table of this app behind its clinic."""

from django.db import migrations

from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """Row-level security and composite foreign keys."""

    dependencies = [("assignments", "0001_initial"), ("clinic", "0002_isolate")]

    operations = [
        IsolateByClinic("Assignment"),
        IsolateByClinic("Plan"),
        IsolateByClinic("CopingPlan"),
        IsolateByClinic("BeforeCheck"),
        IsolateByClinic("Entry"),
        IsolateByClinic("DraftCopy"),
        IsolateByClinic("AfterCheck"),
        IsolateByClinic("Score"),
    ]
