"""Work for two that the therapist paused goes on with the therapist."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0006_goals_additions_dyads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='assignment',
            name='rest',
            field=models.CharField(blank=True, choices=[('', 'It does not rest'), ('chosen', 'A rest'), ('worse', 'It was making things worse'), ('stuck', 'Until we talk'), ('team', 'Your therapist has paused this for now')], default='', max_length=6),
        ),
    ]
