"""Browsers that may be told something, and what a client said yes to."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0003_approaches'),
    ]

    operations = [
        migrations.AddField(
            model_name='careteammember',
            name='client_agreed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='careteammember',
            name='skill',
            field=clinic.vault.EncryptedText(blank=True, help_text='what a coach is to help with, named with the client (F70)', null=True),
        ),
        migrations.AddField(
            model_name='clinic',
            name='couple_secrets',
            field=models.CharField(choices=[('open', 'What one partner tells us may be talked about with both'), ('limited', 'What one partner tells us stays with us, unless somebody is in danger')], default='limited', max_length=8, verbose_name='what partners tell us'),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='asked_at',
            field=models.DateTimeField(blank=True, help_text='when the safe-contact questions were last answered', null=True),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='takeaways',
            field=models.BooleanField(default=True, help_text='offer one thing to carry along after a session (F05)'),
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('endpoint_hash', models.CharField(help_text='SHA-256 of the endpoint, to find it again', max_length=64)),
                ('sealed', models.TextField(help_text='endpoint, p256dh and auth as JSON, sealed by accounts.keys')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_subscriptions', to='clinic.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('member'), models.F('endpoint_hash'), name='clinic_push_once')],
            },
        ),
        IsolateByClinic("PushSubscription"),
    ]
