"""Channels and what becomes of a message, numbers for texts, calendar feeds, runs of jobs, icon and weekly cap of a clinic."""

import accounts.ids
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0005_absence_and_descriptions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sessions', models.BooleanField(default=True, help_text='whether sessions are in it')),
                ('work', models.BooleanField(default=False, help_text='whether the times of agreed work are in it (clients)')),
                ('title', models.CharField(blank=True, help_text="what every entry is called; empty: the app's name", max_length=24)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('fetched_at', models.DateTimeField(blank=True, help_text='when a calendar last asked, to the hour', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ContactNumber',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('sealed', models.TextField(blank=True, help_text='the number in E.164, sealed by accounts.keys; empty once given up')),
                ('number_hash', models.CharField(blank=True, max_length=64)),
                ('code_hash', models.CharField(blank=True, max_length=64)),
                ('code_sent_at', models.DateTimeField(blank=True, null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_because', models.CharField(blank=True, choices=[('', 'in use'), ('self', 'given up in the settings'), ('stop', 'answered STOP, or followed the link'), ('bounced', 'the number does not exist'), ('shared', 'somebody else could see messages'), ('care', 'care has ended')], default='', max_length=8)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('went_well_at', models.DateTimeField(blank=True, null=True)),
                ('ms', models.PositiveIntegerField(blank=True, help_text='how long the last whole run took', null=True)),
                ('did', models.PositiveIntegerField(blank=True, help_text='how much it did, in all clinics; for the log only', null=True)),
                ('trouble', models.CharField(blank=True, help_text='type and place of the last error, never its text', max_length=120)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='outgoingmessage',
            name='clinic_message_waiting',
        ),
        migrations.AddField(
            model_name='clinic',
            name='icon',
            field=models.CharField(choices=[('note', 'A note'), ('leaf', 'A leaf'), ('wave', 'A wave'), ('dot', 'A dot')], default='note', max_length=8, verbose_name='icon of the app'),
        ),
        migrations.AddField(
            model_name='clinic',
            name='weekly_messages',
            field=models.PositiveSmallIntegerField(default=4, help_text='4 at most; a daily diary may ask daily', verbose_name='messages a client may get in a week, at most'),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='cue',
            field=models.TextField(blank=True, help_text="the client's own words for a reminder, sealed by accounts.keys"),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='email_stopped',
            field=models.CharField(blank=True, choices=[('', 'It was not stopped'), ('link', 'Stopped by the link in a message'), ('bounced', 'The e-mail came back'), ('complaint', 'A message was marked as unwanted')], default='', max_length=9),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='how_agreed',
            field=models.CharField(blank=True, choices=[('', 'Not said'), ('alone', 'I decided it myself'), ('session', 'We talked about it in a session')], default='', max_length=8),
        ),
        migrations.AddField(
            model_name='contactprefs',
            name='wording',
            field=models.CharField(choices=[('nudge', 'You asked for a nudge around now.'), ('note', 'A note is waiting for you.'), ('minutes', 'Your few minutes, if today suits.'), ('own', 'My own words')], default='nudge', max_length=8),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='opened_at',
            field=models.DateTimeField(blank=True, help_text='when the person came, if within a day', null=True),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='returned',
            field=models.CharField(blank=True, choices=[('', 'not returned'), ('bounced', 'came back: no such mailbox or number'), ('delayed', 'came back for now: full, or away'), ('complaint', 'the person marked it as unwanted')], default='', max_length=9),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='returned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='wording',
            field=models.CharField(blank=True, help_text='which text it had: a short hash of the words sent', max_length=12),
        ),
        migrations.AlterField(
            model_name='outgoingmessage',
            name='channel',
            field=models.CharField(choices=[('email', 'e-mail'), ('push', 'web push'), ('sms', 'text message')], default='email', max_length=8),
        ),
        migrations.AlterField(
            model_name='outgoingmessage',
            name='kind',
            field=models.CharField(choices=[('reminder', 'reminder'), ('digest', 'something to read (staff)'), ('invitation', 'invitation'), ('note', 'a note is waiting (client)'), ('safety', 'please sign in soon (staff)'), ('again', 'asked for once more (client)'), ('code', 'a code to confirm a number')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(condition=models.Q(('kind__in', ['safety', 'code', 'invitation']), ('state', 'queued')), fields=['clinic', 'due_at', 'id'], name='clinic_message_urgent'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(condition=models.Q(('kind__in', ['reminder', 'again', 'note', 'digest']), ('state', 'queued')), fields=['clinic', 'due_at', 'id'], name='clinic_message_usual'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(condition=models.Q(('state', 'parked')), fields=['clinic', 'due_at'], name='clinic_message_parked'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(condition=models.Q(('returned', ''), _negated=True), fields=['clinic', 'returned_at'], name='clinic_message_back'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(fields=['clinic', 'due_at'], name='clinic_outg_clinic__cbd9ab_idx'),
        ),
        migrations.AddConstraint(
            model_name='clinic',
            constraint=models.CheckConstraint(condition=models.Q(('weekly_messages__gte', 1), ('weekly_messages__lte', 4)), name='clinic_weekly_messages_1_to_4'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to='clinic.membership'),
        ),
        migrations.AddField(
            model_name='contactnumber',
            name='clinic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic'),
        ),
        migrations.AddField(
            model_name='contactnumber',
            name='member',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='number', to='clinic.membership'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(models.F('member'), condition=models.Q(('ended_at__isnull', True)), name='clinic_one_live_feed'),
        ),
        migrations.AddIndex(
            model_name='contactnumber',
            index=models.Index(condition=models.Q(('number_hash', ''), _negated=True), fields=['clinic', 'number_hash'], name='clinic_number_found'),
        ),
        IsolateByClinic("CalendarFeed"),
        IsolateByClinic("ContactNumber"),
    ]
