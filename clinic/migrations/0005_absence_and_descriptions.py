"""Absences with their cover, how clients describe themselves, and what a client keeps after care has ended."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic, TieToClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0004_push_and_consents'),
    ]

    operations = [
        migrations.AddField(
            model_name='careteammember',
            name='by_ladder',
            field=models.BooleanField(default=False, help_text='cover given by the safety ladder, not by a person (6.3)'),
        ),
        migrations.AddField(
            model_name='careteammember',
            name='objected_at',
            field=models.DateTimeField(blank=True, help_text='the client would rather not have this cover', null=True),
        ),
        migrations.AddField(
            model_name='clinic',
            name='after_months',
            field=models.PositiveSmallIntegerField(default=12, verbose_name='months a client keeps their own pages after care has ended'),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='reading_noted_at',
            field=models.DateTimeField(blank=True, help_text='when they last said that they know nobody reads straight away (6.1)', null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='shares_plan_quality',
            field=models.BooleanField(default=False, help_text="lets supervisors see the look at one's own planning (F52)"),
        ),
        migrations.AlterField(
            model_name='outgoingmessage',
            name='kind',
            field=models.CharField(choices=[('reminder', 'reminder'), ('digest', 'something to read (staff)'), ('invitation', 'invitation'), ('note', 'a note is waiting (client)'), ('safety', 'please sign in soon (staff)')], max_length=12),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('state', models.CharField(choices=[('asked', 'Waiting for the cover’s yes'), ('standing', 'Agreed'), ('declined', 'The cover said no'), ('cancelled', 'Cancelled')], default='asked', max_length=9)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('cover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='covering', to='clinic.membership')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='clinic.membership')),
            ],
        ),
        migrations.AddField(
            model_name='careteammember',
            name='absence',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='clinic.absence'),
        ),
        migrations.CreateModel(
            name='SelfDescription',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('said', clinic.vault.EncryptedJSON(blank=True, help_text='group, means, words: each may be absent', null=True)),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='self_description', to='clinic.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['clinic', 'starts_on', 'ends_on'], name='clinic_abse_clinic__10e6b1_idx'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='clinic_absence_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('cover', models.F('member')), _negated=True), name='clinic_absence_cover_is_another'),
        ),
        IsolateByClinic("Absence"),
        IsolateByClinic("SelfDescription"),
        TieToClinic("CareTeamMember", "absence"),
    ]
