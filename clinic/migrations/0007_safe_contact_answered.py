"""When the questions about safe contact were answered, apart from when they are due again."""

from django.db import migrations, models

#: The owner is under the policies too, and acts for no clinic here.
COPY = """
ALTER TABLE clinic_contactprefs NO FORCE ROW LEVEL SECURITY;
UPDATE clinic_contactprefs SET answered_at = asked_at;
ALTER TABLE clinic_contactprefs FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clinic', '0006_messages_and_feeds'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactprefs',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='when they were last answered', null=True),
        ),
        migrations.AlterField(
            model_name='contactprefs',
            name='asked_at',
            field=models.DateTimeField(blank=True, help_text='the safe-contact questions are due eight weeks after this', null=True),
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
