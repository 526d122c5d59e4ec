"""The demo clinic for tests: loaded once a module, looked at through pages as its people would."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from clinic import vault
from clinic.models import Appointment, Clinic, Episode, Membership
from clinic.scope import acting_in
from homework.demo import load
from homework.demo.people import address
from homework.reviews.digest import build
from homework.reviews.models import Digest
from tests.homework.assignments.pages import text

NOW = datetime(2026, 3, 18, 9, 40, tzinfo=UTC)  # a Wednesday, before Jonah's session is over


@dataclass(frozen=True)
class Larkfield:
    """The clinic as it stands now."""

    clinic: Clinic
    browsers: dict[str, Client] = field(default_factory=dict)

    def place(self, name: str) -> Membership:
        """Somebody's place."""
        return Membership.objects.select_related("user").get(user__email=address(name))

    def user(self, name: str) -> User:
        """Somebody's account."""
        found = self.place(name).user
        assert found is not None
        return found

    def episode(self, name: str) -> Episode:
        """A client's episode."""
        return Episode.objects.select_related("client").get(client=self.place(name))

    def browser(self, name: str) -> Client:
        """The browser in which this person is signed in."""
        if name in self.browsers:
            return self.browsers[name]
        client = self.browsers[name] = Client()
        client.force_login(self.user(name))
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
        session.save()
        return client

    def read(self, name: str, route: str, *args: Any, **query: str) -> str:
        """What somebody reads on a page."""
        answer = self.browser(name).get(reverse(route, args=args), query)
        assert answer.status_code == 200, (answer.status_code, route, answer.content.decode()[:1500])
        return text(answer)

    def answer(self, name: str, route: str, *args: Any) -> HttpResponse:
        """What the server says to somebody who asks for a page."""
        return self.browser(name).get(reverse(route, args=args))

    def sessions(self, name: str) -> list[Appointment]:
        """A client's sessions in order; the first opens week one."""
        return list(Appointment.objects.filter(episode=self.episode(name)).order_by("starts_at"))

    def digest(self, name: str, week: int) -> build.Digest:
        """The digest the worker built before the session that opens a week."""
        stored = Digest.objects.select_related("episode").get(pk=self.sessions(name)[week - 1].pk)
        return build.from_json(stored.content)


@contextmanager
def larkfield(only: Sequence[str]) -> Iterator[Larkfield]:
    """The demo with these clients, at `NOW`; rolled back afterwards. Their sealed fields are open."""
    with transaction.atomic():
        load.load(now=NOW, only=only)
        clinic = Clinic.objects.get(name=load.NAME)
        with time_machine.travel(NOW, tick=False), acting_in(clinic.pk), vault.session():
            here = Larkfield(clinic)
            vault.open_contents([here.place(name).pk for name in only])
            yield here
        transaction.set_rollback(True)


def lines(digest: build.Digest, section: str) -> str:
    """A section of a digest in words, with what is folded away."""
    part = digest.section(section)
    return " ".join(line.text for line in (*part.lines, *part.folded))
