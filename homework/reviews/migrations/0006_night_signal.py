"""What a client's ratings showed one night; figures about reminders."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_messages_and_feeds'),
        ('reviews', '0005_comments_and_figures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='figures',
            name='kind',
            field=models.CharField(choices=[('barriers', 'What got in the way'), ('equity', 'Is our service reaching everyone?'), ('outcomes', 'How clients are doing'), ('plans', 'How plans are made'), ('nudges', 'What reminders do')], max_length=8),
        ),
        migrations.AlterField(
            model_name='serviceaction',
            name='kind',
            field=models.CharField(choices=[('barriers', 'What got in the way'), ('equity', 'Is our service reaching everyone?'), ('outcomes', 'How clients are doing'), ('plans', 'How plans are made'), ('nudges', 'What reminders do')], max_length=8),
        ),
        migrations.CreateModel(
            name='NightSignal',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('trend', 'mood, harm, learning, time of day'), ('starts', 'how often something was started, week by week')], max_length=6)),
                ('noticed_on', models.DateField()),
                ('content', clinic.vault.EncryptedJSON(blank=True, null=True)),
                ('put_aside_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('put_aside_at__isnull', True)), fields=['clinic', 'noticed_on'], name='reviews_night_open')],
                'constraints': [models.UniqueConstraint(models.F('episode'), models.F('kind'), models.F('noticed_on'), name='reviews_night_signal_once')],
            },
        ),
        IsolateByClinic("NightSignal"),
    ]
