"""Goals, additions to shared entries, couples, and where a plan is meant to be used."""

import accounts.ids
import clinic.vault
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic, TieToClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0005_entry_version'),
        ('clinic', '0004_push_and_consents'),
    ]

    operations = [
        migrations.AddField(
            model_name='fitprofile',
            name='practice',
            field=clinic.vault.EncryptedJSON(blank=True, help_text='about practice between sessions (F14): earlier, word, helped, in_the_way, in their own words', null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='kinder_time_on',
            field=models.DateField(blank=True, help_text='the day another time of day was last offered (F37)', null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='rest',
            field=models.CharField(blank=True, choices=[('', 'It does not rest'), ('chosen', 'A rest'), ('worse', 'It was making things worse'), ('stuck', 'Until we talk')], default='', max_length=6),
        ),
        migrations.AddField(
            model_name='assignment',
            name='resume_offered_at',
            field=models.DateTimeField(blank=True, help_text='the therapist would go on; after `worse` both have to want it (F67)', null=True),
        ),
        migrations.AddField(
            model_name='beforecheck',
            name='chips',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('point', 'I don’t see the point'), ('unclear', 'Not clear'), ('too_big', 'Too big'), ('fit', 'Does not fit my life, culture or faith'), ('unsafe', 'Not safe at home')], max_length=8), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='entry',
            name='kept_back',
            field=models.BooleanField(default=False, help_text='of a couple: nothing of it is shown to the partner'),
        ),
        migrations.AddField(
            model_name='plan',
            name='skill',
            field=clinic.vault.EncryptedText(blank=True, help_text='the skill it practises, named (F03)', null=True),
        ),
        migrations.AddField(
            model_name='plan',
            name='together',
            field=models.BooleanField(default=False, help_text="agreed on one screen, with the client's own tap (F18)"),
        ),
        migrations.AddField(
            model_name='plan',
            name='used_at',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('home', 'At home'), ('work', 'At work or school'), ('public', 'Out among people'), ('bed', 'In bed'), ('shared', 'Where others can see or hear me')], max_length=6), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='copingplan',
            name='obstacle',
            field=models.CharField(choices=[('time', 'Not enough time'), ('privacy', 'No private place or moment'), ('tired', 'Too tired, or it was late'), ('forgot', 'I forgot, or lost track of it'), ('phone', 'Phone or internet'), ('people', 'Other people'), ('care', 'Looking after others'), ('money', 'Money or travel'), ('worse', 'It made me feel worse'), ('unclear', 'I was not sure what to do'), ('point', 'I did not see the point'), ('fit', 'It does not fit my life'), ('shifts', 'Shift work'), ('housing', 'Where I live'), ('unsafe', 'It is not safe at home'), ('other', 'Something else')], default='other', max_length=8),
        ),
        migrations.CreateModel(
            name='Dyad',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='dyad',
            field=models.ForeignKey(blank=True, help_text='done as a couple (F61)', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.dyad'),
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('text', clinic.vault.EncryptedText(blank=True, help_text='what the client wants, in their words', null=True)),
                ('why', clinic.vault.EncryptedText(blank=True, help_text='why this matters to me: written by the client, read by the care team', null=True)),
                ('state', models.CharField(choices=[('current', 'I am working towards it'), ('reached', 'It is where I want it'), ('aside', 'Put aside for now')], default='current', max_length=8)),
                ('rev', models.PositiveIntegerField(default=0, help_text='guards against two pages saving over each other')),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
        ),
        migrations.AddField(
            model_name='plan',
            name='goal',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='assignments.goal'),
        ),
        migrations.CreateModel(
            name='PartnerShare',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('content', clinic.vault.EncryptedJSON(blank=True, help_text='the parts the partner shares, by key of question', null=True)),
                ('revealed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('dyad', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.dyad')),
                ('entry', models.ForeignKey(help_text="the partner's, never opened from here", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.entry')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
                ('own_entry', models.ForeignKey(blank=True, help_text='mine that it belongs to', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partner_shares', to='assignments.entry')),
            ],
        ),
        migrations.CreateModel(
            name='DyadMember',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('consented_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('seen_alone_on', models.DateField(blank=True, help_text='seen alone about safety, by whom is in seen_by', null=True)),
                ('partner_name', clinic.vault.EncryptedText(blank=True, help_text="the partner's first name, as this member knows it", null=True)),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('dyad', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='assignments.dyad')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
                ('seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('dyad'), models.F('episode'), name='assignments_dyad_place_once'), models.UniqueConstraint(models.F('episode'), condition=models.Q(('left_at__isnull', True)), name='assignments_one_dyad_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='EntryAddition',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('more', 'Added later'), ('correction', 'Corrected later'), ('together', 'Added together in a session')], max_length=10)),
                ('key', models.CharField(blank=True, help_text='of the question it belongs to; empty: to the whole entry', max_length=40)),
                ('content', clinic.vault.EncryptedJSON(blank=True, help_text="the answer of that question, or {'text': ...} for the whole entry", null=True)),
                ('submission_key', models.UUIDField(blank=True, help_text='made in the browser: sent twice, kept once', null=True)),
                ('appointment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.appointment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='assignments.entry')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(fields=['entry', 'created_at'], name='assignments_entry_i_92f09d_idx')],
                'constraints': [models.UniqueConstraint(models.F('submission_key'), name='assignments_addition_once')],
            },
        ),
        migrations.AddIndex(
            model_name='goal',
            index=models.Index(fields=['episode', 'state'], name='assignments_episode_c1e658_idx'),
        ),
        migrations.AddConstraint(
            model_name='partnershare',
            constraint=models.UniqueConstraint(models.F('entry'), models.F('episode'), name='assignments_partner_share_once'),
        ),
        IsolateByClinic("Goal"),
        IsolateByClinic("Dyad"),
        IsolateByClinic("DyadMember"),
        IsolateByClinic("PartnerShare"),
        IsolateByClinic("EntryAddition"),
        TieToClinic("Assignment", "dyad"),
        TieToClinic("Plan", "goal"),
    ]
