"""Safety flags and their steps, the set-up of a clinic, its own lines of help."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic, TieToClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0005_absence_and_descriptions'),
        ('safety', '0002_safety_setup'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='safetysetup',
            name='contact',
        ),
        migrations.RemoveField(
            model_name='safetysetup',
            name='cover',
        ),
        migrations.RemoveField(
            model_name='safetysetup',
            name='crisis_checked_by',
        ),
        migrations.RemoveField(
            model_name='safetysetup',
            name='crisis_checked_on',
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='all_first',
            field=models.BooleanField(default=False, help_text='every flag is P1'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='approved_by',
            field=models.CharField(blank=True, help_text="the clinician who approved the client's wording", max_length=120),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='approved_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='closed_on',
            field=models.JSONField(default=list, help_text='days without service, ISO dates'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='deputy',
            field=models.ForeignKey(blank=True, help_text="the safety lead's deputy", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='emergency_department',
            field=models.CharField(blank=True, help_text='nearest one, in words for clients', max_length=200),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='hours',
            field=models.JSONField(default=dict, help_text='service hours, "0" = Monday: {"0": ["09:00", "17:00"]}'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='ladder_ran_at',
            field=models.DateTimeField(blank=True, help_text='heartbeat of the notifications', null=True),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='lead',
            field=models.ForeignKey(blank=True, help_text='the safety lead', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='local_policies',
            field=models.JSONField(default=dict, help_text='what to do, by kind of flag a clinician raises: harm_to_others, child, partner_violence'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='p1_minutes',
            field=models.PositiveSmallIntegerField(default=60, help_text='P1: working minutes until somebody has looked'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='p2_minutes',
            field=models.PositiveSmallIntegerField(blank=True, help_text='P2: working minutes; empty is by the end of the working day', null=True),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='policy',
            field=models.TextField(blank=True, help_text="the clinic's own policy, for its staff"),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='reads_within_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='working days within which shared work is usually read; empty is not said', null=True),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='rung_minutes',
            field=models.PositiveSmallIntegerField(default=30, help_text='working minutes between rungs of the ladder'),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='screening',
            field=models.CharField(choices=[('off', 'Off: nothing a client writes is looked through'), ('client', 'Offer the client the help page; nobody is told'), ('staff', 'Offer the client the help page, and ask a clinician to read the entry')], default='off', max_length=6),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='screening_duty',
            field=models.CharField(blank=True, help_text='who reads what the screening marks', max_length=200),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='screening_told_on',
            field=models.DateField(blank=True, help_text='when clients were told of the screening', null=True),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='updated_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='safetysetup',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name='SafetyFlag',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('item9', 'PHQ-9, question 9'), ('core6', 'CORE-10, question 6'), ('not_safe', '“I’m not safe right now”'), ('contact', 'Asked to be contacted'), ('free_text', 'Please read this entry'), ('clinician', 'Raised by a clinician'), ('harm_to_others', 'Raised by a clinician: harm to others'), ('child', 'Raised by a clinician: child protection'), ('partner_violence', 'Raised by a clinician: violence at home')], max_length=16)),
                ('priority', models.CharField(choices=[('P1', 'P1'), ('P2', 'P2')], max_length=2)),
                ('answered', clinic.vault.EncryptedJSON(blank=True, help_text='item, points, label, was (points last time or None), rises; {} for others', null=True)),
                ('about_id', models.UUIDField(blank=True, help_text='the entry it was answered in, if there is one', null=True)),
                ('measure', models.CharField(blank=True, help_text='slug of the measure, if there is one', max_length=32)),
                ('raised_at', models.DateTimeField()),
                ('setup_version', models.PositiveIntegerField(default=0, help_text='by which arrangement of the clinic; 0: none')),
                ('words', clinic.vault.EncryptedText(blank=True, help_text='what a clinician wrote when raising it', null=True)),
                ('choice', models.CharField(blank=True, help_text='enough, contact or not_safe', max_length=10)),
                ('contact', clinic.vault.EncryptedJSON(blank=True, help_text='number and time at which it is safe to be called; {} when not asked for', null=True)),
                ('state', models.CharField(choices=[('open', 'Nobody has looked yet'), ('seen', 'Somebody looks at it'), ('acting', 'There is a plan'), ('closed', 'Closed')], default='open', max_length=8)),
                ('look_by', models.DateTimeField(help_text='by when somebody has to have looked')),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('plan', clinic.vault.EncryptedText(blank=True, help_text='what is going to be done; typing it is the acknowledgement', null=True)),
                ('acting_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('spoke', 'Spoke with the client'), ('plan', 'Safety plan made or looked at again'), ('service', 'Contacted another service'), ('emergency', 'Emergency services'), ('known', 'Already known, the plan stays as it is'), ('mistake', 'Answered by mistake'), ('not_reached', 'Could not reach them')], max_length=12)),
                ('note', clinic.vault.EncryptedText(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reminders_on', models.BooleanField(default=False, help_text='a clinician decided that reminders go on meanwhile')),
                ('rung', models.PositiveSmallIntegerField(default=0, help_text='0 therapist, 1 cover, 2 safety lead, 3 everybody')),
                ('next_rung_at', models.DateTimeField(blank=True, help_text='when it climbs; empty once it was seen', null=True)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
                ('raised_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
        ),
        migrations.CreateModel(
            name='FlagEvent',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('step', models.CharField(choices=[('raised', 'Raised'), ('chose', 'The client chose'), ('told', 'Told'), ('seen', 'Looks at it'), ('planned', 'Plan'), ('tried', 'Tried to reach them'), ('climbed', 'Went on to the next person'), ('closed', 'Closed'), ('reminders', 'Decided about reminders')], max_length=10)),
                ('detail', models.JSONField(default=dict, help_text='plain facts: rung, priority, outcome, channel')),
                ('words', clinic.vault.EncryptedText(blank=True, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
                ('to', models.ForeignKey(blank=True, help_text='who was told', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('flag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='safety.safetyflag')),
            ],
        ),
        migrations.CreateModel(
            name='SafetyRehearsal',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('plan', models.TextField(blank=True)),
                ('planned_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('handler', models.ForeignKey(help_text='who was asked to handle it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
        ),
        migrations.CreateModel(
            name='ScreeningTally',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(help_text='its first day')),
                ('shown', models.PositiveIntegerField(default=0)),
                ('marked', models.PositiveIntegerField(default=0)),
                ('confirmed', models.PositiveIntegerField(default=0)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
        ),
        migrations.CreateModel(
            name='ClinicResource',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('emergency', 'Emergency number'), ('crisis', 'Crisis line'), ('text', 'By text or chat, for those who cannot speak aloud'), ('violence', 'Help when somebody at home is not safe to be with'), ('low_cost', 'Low-cost or free care'), ('practical', 'Practical help: money, housing, care, work')], max_length=10)),
                ('language', models.CharField(blank=True, help_text='empty: for everybody', max_length=8)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('name', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, help_text='for whom, when, in plain words', max_length=160)),
                ('phone', models.CharField(blank=True, max_length=24)),
                ('sms', models.CharField(blank=True, max_length=40, verbose_name='text message')),
                ('url', models.URLField(blank=True)),
                ('hours', models.CharField(blank=True, max_length=80)),
                ('verified_on', models.DateField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.site')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', 'kind', 'position'], name='safety_clin_clinic__b6926e_idx')],
            },
        ),
        migrations.CreateModel(
            name='DutyDay',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('weekday', models.PositiveSmallIntegerField(help_text='0 = Monday')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('clinic'), models.F('weekday'), name='safety_duty_once'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='safety_duty_weekday')],
            },
        ),
        migrations.AddIndex(
            model_name='safetyflag',
            index=models.Index(fields=['episode', '-raised_at'], name='safety_safe_episode_f127f6_idx'),
        ),
        migrations.AddIndex(
            model_name='safetyflag',
            index=models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['clinic', 'priority', 'look_by'], name='safety_flag_standing'),
        ),
        migrations.AddIndex(
            model_name='safetyflag',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['clinic', 'next_rung_at'], name='safety_flag_climbing'),
        ),
        migrations.AddConstraint(
            model_name='safetyflag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('closed_at__isnull', False), models.Q(('outcome__in', ('', 'not_reached')), _negated=True)), _connector='OR'), name='safety_flag_closed_how'),
        ),
        migrations.AddConstraint(
            model_name='safetyflag',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'open'), ('seen_at__isnull', False), ('state', 'closed'), _connector='OR'), name='safety_flag_seen_when'),
        ),
        migrations.AddIndex(
            model_name='flagevent',
            index=models.Index(fields=['flag', 'created_at'], name='safety_flag_flag_id_e8b16e_idx'),
        ),
        migrations.AddIndex(
            model_name='safetyrehearsal',
            index=models.Index(fields=['clinic', '-started_at'], name='safety_safe_clinic__d04424_idx'),
        ),
        migrations.AddConstraint(
            model_name='screeningtally',
            constraint=models.UniqueConstraint(models.F('clinic'), models.F('month'), name='safety_screening_once'),
        ),
        IsolateByClinic("SafetyFlag"),
        IsolateByClinic("FlagEvent"),
        IsolateByClinic("ClinicResource"),
        IsolateByClinic("DutyDay"),
        IsolateByClinic("SafetyRehearsal"),
        IsolateByClinic("ScreeningTally"),
        TieToClinic("SafetySetup", "lead"),
        TieToClinic("SafetySetup", "deputy"),
    ]
