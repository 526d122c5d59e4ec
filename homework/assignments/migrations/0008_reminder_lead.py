"""When a reminder without a time of its own comes; and rest from reminders while we listen first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0007_rest_by_team'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='listens_since',
            field=models.DateTimeField(blank=True, help_text='a session closed in listen-first mode: no reminders until the plan changes (F25)', null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='reminder_lead',
            field=models.SmallIntegerField(choices=[(30, 'Half an hour before'), (0, 'At that time'), (-30, 'Half an hour after')], default=0, help_text='without a time of its own: minutes before the time of the work'),
        ),
    ]
