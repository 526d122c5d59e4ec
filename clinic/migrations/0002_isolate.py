"""Put every table of this app behind its clinic."""

from django.db import migrations

from clinic.rls.policies import IsolateByClinic


class Migration(migrations.Migration):
    """Row-level security and composite foreign keys."""

    dependencies = [("clinic", "0001_initial")]

    operations = [
        IsolateByClinic("Site"),
        IsolateByClinic("Membership", own_rows=True),
        IsolateByClinic("Episode"),
        IsolateByClinic("CareTeamMember"),
        IsolateByClinic("ReadingReason"),
        IsolateByClinic("AppointmentSeries"),
        IsolateByClinic("Appointment"),
        IsolateByClinic("AuditEvent"),
        IsolateByClinic("ContactPrefs"),
        IsolateByClinic("DataKey"),
        IsolateByClinic("Invitation"),
        IsolateByClinic("OutgoingMessage"),
    ]
