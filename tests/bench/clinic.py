"""The program's side of a measurement: one therapist with 60 clients, and one client with many sheets begun."""

import json
import sys
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import django
from django.conf import settings

CLIENTS = 60
DRAFTS = 3000


def main() -> None:
    """Build it in the database named by the environment and print what the runner needs, as JSON."""
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from clinic import vault
    from clinic.access import Role, TeamRole
    from clinic.models import Appointment, Clinic, Site
    from clinic.scope import acting_in
    from homework.assignments.actions import entry as doing
    from homework.assignments.actions import plan as planning
    from homework.assignments.actions import sharing
    from homework.assignments.models import Assignment, Entry, Plan
    from homework.worksheets.models import WorksheetVersion
    from tests.cast import make_person, put_on_team

    clinic = Clinic.objects.create(name="Bench", slug="bench")
    sheet = WorksheetVersion.objects.select_related("worksheet").get(worksheet__slug="w02", number=1)
    words = planning.PlanWords(
        rationale="Because you asked.", first_step="Open it.", counts_as_some="A word.", frequency=Plan.Frequency.DAILY
    )
    with acting_in(clinic.pk), vault.session(), transaction.atomic():
        site = Site.objects.create(clinic=clinic, name="House")
        therapist = make_person(clinic, site, "Therapist", Role.THERAPIST)
        clients = [make_person(clinic, site, f"Client{number}", Role.CLIENT) for number in range(CLIENTS)]
        for number, client in enumerate(clients):
            assert client.episode is not None
            vault.open_contents([client.membership.pk])
            put_on_team(client.episode, therapist, TeamRole.LEAD)
            for days in (-7, 1):
                Appointment.objects.create(
                    clinic=clinic, episode=client.episode, therapist=therapist.membership,
                    starts_at=timezone.now() + timedelta(days=days, minutes=number),
                )  # fmt: skip
            work = planning.propose(by=therapist.actor, episode=client.episode, version=sheet, words=words)
            planning.confirm(by=client.actor, assignment=work)
            work = Assignment.objects.select_related("version__worksheet").get(pk=work.pk)
            work.episode = client.episode
            begun = doing.begin(by=client.actor, assignment=work)
            begun.episode = client.episode
            sharing.share(
                by=client.actor, entry=begun, values={"hot_thought": "a thought " * 20, "found_out": "something"},
                kept_private=[], after=sharing.After(amount=3, engaged=6, learned=5), key=uuid4(),
            )  # fmt: skip
        first = clients[0]
        work = Assignment.objects.get(episode=first.episode)
        plan = work.plans.get()
        drafts = [
            Entry(clinic=clinic, episode=first.episode, assignment=work, plan=plan, size="M", answers={"hot_thought": "x"},
                  kept_private=[], started=True)
            for _ in range(DRAFTS)
        ]  # fmt: skip
        Entry.objects.bulk_create(drafts)
    print(
        json.dumps(
            {
                "client": cookies(first.user),
                "therapist": cookies(therapist.user),
                "drafts": [str(row.pk) for row in drafts],
                "users": User.objects.count(),
            }
        )
    )


def cookies(user: object) -> str:
    """Somebody signed in, as a Cookie header with a CSRF secret."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    store.save()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"


if __name__ == "__main__":
    sys.exit(main())
