"""A PIN that opens the screen again, blurred words, and the secret behind what waits in a browser."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScreenLock',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='screen_lock', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('pin_hash', models.CharField(max_length=128)),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='wrong ones in a row; after five the sign-in ends')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='blur_words',
            field=models.BooleanField(default=False, help_text='Own words stay blurred until they are touched.'),
        ),
        migrations.AddField(
            model_name='user',
            name='sealed_device_secret',
            field=models.TextField(blank=True, help_text="Of which the key is made that seals what waits in this person's browsers."),
        ),
    ]
