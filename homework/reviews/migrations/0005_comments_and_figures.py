"""Comments on answers, private process notes, session feedback, figures of the service."""

import accounts.ids
import clinic.vault
import django.db.models.deletion
import django.utils.timezone
from clinic.rls.policies import IsolateByClinic
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0006_goals_additions_dyads'),
        ('clinic', '0005_absence_and_descriptions'),
        ('reviews', '0004_speaking_and_readiness'),
    ]

    operations = [
        migrations.AddField(
            model_name='clientquestion',
            name='advises',
            field=models.PositiveSmallIntegerField(default=0, help_text='advice words in the answer, for its author'),
        ),
        migrations.AddField(
            model_name='clientquestion',
            name='asks',
            field=models.PositiveSmallIntegerField(default=0, help_text='open questions in the answer, for its author (F29)'),
        ),
        migrations.AddField(
            model_name='digest',
            name='put_aside',
            field=models.JSONField(default=list, help_text='ids of suggested questions the therapist put aside'),
        ),
        migrations.AddField(
            model_name='review',
            name='advises',
            field=models.PositiveSmallIntegerField(default=0, help_text='advice words in the message, for the author'),
        ),
        migrations.AddField(
            model_name='review',
            name='asks',
            field=models.PositiveSmallIntegerField(default=0, help_text='open questions in the message, for the author (F29)'),
        ),
        migrations.AddField(
            model_name='review',
            name='minutes',
            field=models.CharField(blank=True, choices=[('2', 'Under 2 minutes'), ('5', '2 to 5 minutes'), ('15', '5 to 15 minutes'), ('more', 'More than 15 minutes')], max_length=4),
        ),
        migrations.AddField(
            model_name='review',
            name='quotes',
            field=clinic.vault.EncryptedJSON(blank=True, help_text="the client's own sentences taken into the message: entry, on, text (F31)", null=True),
        ),
        migrations.AlterField(
            model_name='review',
            name='outcome',
            field=models.CharField(choices=[('keep', 'Keep'), ('adjust', 'Adjust'), ('smaller', 'Smaller'), ('bigger', 'Bigger'), ('replace', 'Replace'), ('pause', 'Pause'), ('stop', 'Stop'), ('later', 'Not today')], max_length=8),
        ),
        migrations.CreateModel(
            name='SessionFeedback',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('said', clinic.vault.EncryptedJSON(blank=True, help_text='chose: 0 to 10, unsaid: no, bring or ask, words: text; each may be absent', null=True)),
                ('given_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('appointment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='clinic.appointment')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.CharField(blank=True, help_text='the question it is about; empty: the whole entry', max_length=64)),
                ('text', clinic.vault.EncryptedText(blank=True, null=True)),
                ('quotes', clinic.vault.EncryptedJSON(blank=True, help_text="the client's own sentences taken in: entry, on, text (F31)", null=True)),
                ('asks', models.PositiveSmallIntegerField(default=0, help_text='open questions in it, for its author alone (F29)')),
                ('advises', models.PositiveSmallIntegerField(default=0, help_text='advice words in it, for its author alone')),
                ('submission_key', models.UUIDField(blank=True, help_text='made in the browser: sent twice, kept once', null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='when the other side had it in front of them', null=True)),
                ('answers', models.ForeignKey(blank=True, help_text='the comment it replies to', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='reviews.comment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='assignments.entry')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(fields=['entry', 'created_at'], name='reviews_com_entry_i_19f4f7_idx'), models.Index(fields=['episode', '-created_at'], name='reviews_com_episode_6851e9_idx')],
                'constraints': [models.UniqueConstraint(models.F('episode'), models.F('submission_key'), condition=models.Q(('submission_key__isnull', False)), name='reviews_comment_once')],
            },
        ),
        migrations.CreateModel(
            name='Figures',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('barriers', 'What got in the way'), ('equity', 'Is our service reaching everyone?'), ('outcomes', 'How clients are doing'), ('plans', 'How plans are made')], max_length=8)),
                ('month', models.DateField(help_text='its first day')),
                ('cells', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('clinic'), models.F('kind'), models.F('month'), name='reviews_figures_once')],
            },
        ),
        migrations.CreateModel(
            name='ProcessNote',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('process', 'Process note'), ('kept', 'Kept for the session')], default='process', max_length=8)),
                ('text', clinic.vault.EncryptedText(blank=True, null=True)),
                ('updated_at', models.DateTimeField()),
                ('put_away_at', models.DateTimeField(blank=True, help_text='talked about, or no longer needed', null=True)),
                ('appointment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.appointment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assignments.entry')),
                ('episode', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='clinic.episode')),
            ],
            options={
                'indexes': [models.Index(fields=['author', 'episode', '-updated_at'], name='reviews_pro_author__9a69f0_idx')],
            },
        ),
        migrations.CreateModel(
            name='ServiceAction',
            fields=[
                ('id', models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('barriers', 'What got in the way'), ('equity', 'Is our service reaching everyone?'), ('outcomes', 'How clients are doing'), ('plans', 'How plans are made')], max_length=8)),
                ('text', models.CharField(max_length=400)),
                ('done_on', models.DateField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.membership')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clinic.clinic')),
            ],
            options={
                'indexes': [models.Index(fields=['clinic', '-done_on'], name='reviews_ser_clinic__485900_idx')],
            },
        ),
        IsolateByClinic("Comment"),
        IsolateByClinic("ProcessNote"),
        IsolateByClinic("SessionFeedback"),
        IsolateByClinic("Figures"),
        IsolateByClinic("ServiceAction"),
    ]
