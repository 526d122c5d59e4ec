"""Put every table of this app behind its clinic."""

from django.db import migrations

from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """Row-level security and composite foreign keys."""

    dependencies = [("worksheets", "0001_initial")]

    operations = [
        IsolateByClinic("Worksheet", shared=True),
        IsolateByClinic("WorksheetVersion", shared=True),
    ]
