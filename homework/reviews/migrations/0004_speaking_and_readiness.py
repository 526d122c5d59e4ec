"""Questions, wins, takeaways, stars and readiness marks; behind their clinic like everything else."""

import accounts.ids
import clinic.vault
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0006_goals_additions_dyads'),
        ('clinic', '0004_push_and_consents'),
        ('reviews', '0003_version_tally'),
    ]

    operations = [
        migrations.CreateModel(
            name='Takeaway',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('seed', clinic.vault.EncryptedText(blank=True, null=True)),
                ('text', clinic.vault.EncryptedText(blank=True, null=True)),
                ('written_at', models.DateTimeField(blank=True, null=True)),
                ('put_away_at', models.DateTimeField(blank=True, null=True)),
                ('shown_again_at', models.DateTimeField(blank=True, help_text='when it came up again mid-week', null=True)),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='takeaway', to='clinic.appointment')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ClientQuestion',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('why', 'Why am I doing this?'), ('how', 'I am not sure how'), ('too_hard', 'It is too hard'), ('not_for_me', 'It is not for me'), ('advice', 'What should I do?'), ('request', 'I’d like something to work on'), ('tell', 'Something to tell'), ('other', 'Something else')], max_length=10)),
                ('chips', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('irrelevant', 'It has little to do with me'), ('too_hard', 'Too hard'), ('unclear', 'Not clear'), ('unsafe', 'Not safe at home'), ('values', 'Against my values'), ('helped', 'It helped'), ('alone', 'I’d rather talk about this on my own')], max_length=10), blank=True, default=list, size=None)),
                ('text', clinic.vault.EncryptedText(blank=True, null=True)),
                ('idea', clinic.vault.EncryptedJSON(blank=True, help_text="a client's own draft of a plan: what, why, first_step, anchor, place; or {}", null=True)),
                ('state', models.CharField(choices=[('open', 'Waiting'), ('answered', 'Answered'), ('talked', 'Talked about it'), ('closed', 'Closed')], default='open', max_length=8)),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not yet'), ('changed', 'The plan was changed'), ('explained', 'Explained'), ('talked', 'Talked about it'), ('not_yet', 'Not yet, we come back to it')], default='', max_length=10)),
                ('answer', clinic.vault.EncryptedText(blank=True, null=True)),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('submission_key', models.UUIDField(blank=True, help_text='made in the browser: sent twice, kept once', null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('assignment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='assignments.assignment')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(fields=['episode', 'state', 'asked_at'], name='reviews_cli_episode_7e6078_idx')],
                'constraints': [models.UniqueConstraint(models.F('submission_key'), name='reviews_question_once'), models.UniqueConstraint(models.F('assignment'), models.F('kind'), condition=models.Q(('kind', 'why'), ('state', 'open')), name='reviews_one_open_why')],
            },
        ),
        migrations.CreateModel(
            name='Noticed',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.CharField(help_text='of the question', max_length=40)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stars', to='assignments.entry')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('entry'), models.F('key'), name='reviews_star_once')],
            },
        ),
        migrations.CreateModel(
            name='ReadinessMark',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('marks', clinic.vault.EncryptedJSON(blank=True, help_text='unsure, against: 0 to 3 or absent; importance, confidence: 0 to 10 or absent', null=True)),
                ('words', clinic.vault.EncryptedJSON(blank=True, help_text="why_not_lower, for_change, for_staying: the client's words as noted, or absent", null=True)),
                ('marked_at', models.DateTimeField()),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='readiness', to='clinic.appointment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(fields=['episode', '-marked_at'], name='reviews_rea_episode_f437d7_idx')],
            },
        ),
        migrations.CreateModel(
            name='Win',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('text', clinic.vault.EncryptedText(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('submission_key', models.UUIDField(blank=True, null=True)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
                ('seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
            options={
                'indexes': [models.Index(fields=['episode', '-created_at'], name='reviews_win_episode_ec15d4_idx')],
                'constraints': [models.UniqueConstraint(models.F('submission_key'), name='reviews_win_once')],
            },
        ),
        IsolateByClinic("ClientQuestion"),
        IsolateByClinic("Win"),
        IsolateByClinic("Takeaway"),
        IsolateByClinic("Noticed"),
        IsolateByClinic("ReadinessMark"),
    ]
