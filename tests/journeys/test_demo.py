"""The demo clinic: everybody's weeks pass through the real actions, and the story clients' numbers are exact."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Count
from django.utils import timezone

from accounts import pin as pins
from accounts.models import User
from clinic import vault
from clinic.access import Actor, system
from clinic.messages import compose
from clinic.models import AuditEvent, CareTeamMember, Clinic, Episode, Membership, OutgoingMessage
from clinic.scope import acting_in
from homework.assignments import reminders
from homework.assignments.models import Assignment, Entry, FitProfile, Score
from homework.demo import load, words
from homework.demo.courses import course_of
from homework.demo.people import STORY, address, clients
from homework.reviews.actions import digest as digests
from homework.reviews.models import Digest
from homework.worksheets.models import Draft, Favourite, SwitchedOn, WorksheetVersion

NOW = datetime(2026, 3, 18, 9, 40, tzinfo=UTC)
TOLD = ("Amara Quist", "Tomas Ferrin", "Grace Thornton", "Leila Baran", "Jonah Petrov", "Devon Marsh")


def test_sixty_clients_are_invented_in_the_same_way_every_time() -> None:
    first, second = clients(), clients()
    assert first == second
    assert len({row.name for row in first}) == 60
    assert sum(row.site == "Harbour Street" for row in first) == 34
    assert [course_of(row) for row in first] == [course_of(row) for row in second]
    assert all(address(row.name).endswith("@example.org") for row in first)


def test_the_weeks_have_the_rates_of_the_specification() -> None:
    weeks = [week for row in clients() for week in course_of(row).weeks]
    planned = [week for week in weeks if week.slug and not week.nothing]
    started = sum(week.starts > 0 for week in planned) / len(planned)
    most = sum(week.amount >= 3 for week in planned) / len(planned)
    assert started == pytest.approx(0.74, abs=0.06)
    assert most == pytest.approx(0.42, abs=0.1)


@pytest.mark.django_db
def test_the_story_clients_live_their_weeks() -> None:
    assert not load.exists()
    load.load(now=NOW, only=TOLD)
    assert load.exists()
    clinic = Clinic.objects.get(name=load.NAME)
    with acting_in(clinic.pk):
        assert Favourite.objects.count() == 11
        assert Draft.objects.get().worksheet.versions.count() == 1, "a sheet of their own, and its next version begun"
        assert SwitchedOn.objects.get().supervisor.display_name == "Dr Hana Vesely"
        assert FitProfile.objects.filter(worked__isnull=False).count() >= 1
    with time_machine.travel(NOW, tick=False), acting_in(clinic.pk), vault.session():
        people = {row.name: User.objects.get(email=address(row.name)) for row in STORY if row.name in TOLD}
        places = {name: Membership.objects.get(user=user) for name, user in people.items()}
        vault.open_contents([place.pk for place in places.values()])

        totals = {
            name: [
                score.result["total"]
                for score in Score.objects.filter(episode__client=places[name])
                .order_by("taken_at")
                .select_related("episode")
            ]
            for name in ("Amara Quist", "Tomas Ferrin", "Jonah Petrov")
        }
        assert totals["Amara Quist"] == [18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6]
        assert totals["Tomas Ferrin"] == [16, 16, 17, 15, 14, 13, 12, 11, 10, 10, 9, 9]
        assert totals["Jonah Petrov"] == [12, 13, 12, 15, 17, 19, 20, 19, 17, 16, 15, 14]

        # Tomas made it smaller himself in week three, with one line.
        tomas = Entry.objects.filter(episode__client=places["Tomas Ferrin"], stepped_down=True)
        assert tomas.count() == 1
        # His PIN says yes on his therapist's screen.
        assert pins.check(people["Tomas Ferrin"], "4071")
        # Grace agreed on nothing for four weeks and asked for something in the fifth.
        grace = Assignment.objects.filter(episode__client=places["Grace Thornton"])
        assert grace.filter(kind=Assignment.Kind.NOTHING).count() == 4
        assert grace.filter(kind=Assignment.Kind.WORK).count() >= 1
        # Leila shares her phone: nothing may leave, ever.
        assert not OutgoingMessage.objects.filter(user=people["Leila Baran"], kind="reminder").exists()
        assert not places["Leila Baran"].contact.may_email
        # Hana covered for Dario, between dates that are over.
        cover = CareTeamMember.objects.filter(role="cover", episode__client=places["Jonah Petrov"])
        assert cover.get().ends_on is not None
        # The coach is on Devon's team and sees no measure.
        teo = Membership.objects.get(display_name="Teo Lindqvist")
        actor = Actor(teo.user, teo, clinic, "coach")
        assert [row.client_id for row in Episode.objects.visible_to(actor)] == [places["Devon Marsh"].pk]
        assert Digest.objects.count() > 10
        assert AuditEvent.objects.filter(verb="entry.shared").count() == Entry.objects.shared().count()


@pytest.mark.django_db
def test_every_client_of_the_demo_has_one_key_and_one_lead() -> None:
    load.load(now=NOW, only=("Bea Novak", "Lars Eide", "Noor Whitlock"))
    clinic = Clinic.objects.get(name=load.NAME)
    with acting_in(clinic.pk):
        clients_here = Membership.objects.filter(role="client")
        assert clients_here.annotate(n=Count("data_keys")).exclude(n=1).count() == 0
        leads = Episode.objects.filter(state="active", team__role="lead").annotate(n=Count("team"))
        assert leads.count() == 3


@pytest.mark.django_db
def test_nothing_of_the_demo_is_in_any_message() -> None:
    load.load(now=NOW, only=("Amara Quist", "Tomas Ferrin"))
    clinic = Clinic.objects.get(name=load.NAME)
    with acting_in(clinic.pk), vault.session():
        for hours in range(48):
            with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
                reminders.queue_due(clinic, timezone.now())
                ids = digests.due_appointments(timezone.now())
                digests.build_digests(by=system(clinic, "digest"), appointment_ids=ids)
        rows = list(OutgoingMessage.objects.exclude(kind=OutgoingMessage.Kind.INVITATION).select_related("user"))
        assert {row.kind for row in rows} == {OutgoingMessage.Kind.REMINDER, OutgoingMessage.Kind.DIGEST}
        mails = [compose(row, clinic) for row in rows]
    sent = " ".join(f"{mail.from_email} {mail.subject} {mail.body} {mail.alternatives}" for mail in mails).lower()
    telling = [
        *words.SITUATIONS,
        *words.THOUGHTS,
        *words.VIEWS,
        *words.FOUND,
        *words.REASONS,
        *words.MESSAGES,
        *words.PLACES,
    ]
    telling += ["Amara", "Quist", "Tomas", "Ferrin", "Marcus", "Oyelaran", "Hana", "Larkfield", "PHQ", "therap", "mood"]
    telling += [version.parsed.title for version in WorksheetVersion.objects.filter(clinic__isnull=True)]
    # At the beginning of a word: a letter or two in the middle of a random token says nothing.
    assert [word for word in telling if re.search(rf"(?<![\w-]){re.escape(word.lower())}", sent)] == []
