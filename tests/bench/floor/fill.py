"""The floor's side of a measurement: tables, one therapist with 60 clients, 2,000 things due."""

import json
import sys
from importlib import import_module

import django
from django.conf import settings


def main() -> None:
    """Make and fill the floor's database; print the cookies of its therapist, as JSON."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from tests.bench.floor.models import Audit, Client, Occurrence, Response

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Client, Occurrence, Response, Audit):
            editor.create_model(model)
    user = get_user_model().objects.create_user("t")
    clients = Client.objects.bulk_create(Client(therapist=user, name=f"Client {n}") for n in range(60))
    Occurrence.objects.bulk_create(
        Occurrence(client=clients[n % 60], title=f"Thought record {n}", due=timezone.now()) for n in range(2000)
    )
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    print(json.dumps({"cookie": f"sessionid={store.session_key}; csrftoken={'c' * 32}"}))


if __name__ == "__main__":
    sys.exit(main())
