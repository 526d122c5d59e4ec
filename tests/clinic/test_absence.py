"""Away needs a cover who says yes; the cover sees dated cover only; a client may rather not; and nobody leaves others alone (6.3)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import access, leaving, standing_in, vault
from clinic.access import Can, TeamRole
from clinic.actions import absence as changing
from clinic.actions import care_team, covering, people
from clinic.models import Absence, Appointment, AuditEvent, CareTeamMember, Clinic, Episode, OutgoingMessage, Site
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import Cast, Person, make_person, put_on_team

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]
TODAY = date(2026, 3, 2)  # a Monday
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 13)


@pytest.fixture(autouse=True)
def _monday() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


def asked(cast: Cast, first: date = FIRST, last: date = LAST, cover: Person | None = None) -> Absence:
    """Theo is away and asks Cora."""
    return changing.ask(
        by=cast.theo.actor,
        member=cast.theo.membership,
        cover=(cover or cast.cora).membership,
        starts_on=first,
        ends_on=last,
    )


def stands(cast: Cast, first: date = FIRST, last: date = LAST) -> Absence:
    """Cora has said yes."""
    return changing.answer(by=cast.cora.actor, absence=asked(cast, first, last), yes=True)


def sees(person: Person, episode: Episode | None, can: Can = Can.READ) -> bool:
    assert episode is not None
    return bool(Episode.objects.permitted(person.actor, can).filter(pk=episode.pk).exists())


def place_of(cast: Cast) -> CareTeamMember:
    return CareTeamMember.objects.get(episode=cast.ada.episode, role="cover", ended_at__isnull=True)


def waiting(cast: Cast, name: str = "Mia") -> Person:
    """A client without a therapist."""
    site = Site.objects.get(clinic=cast.north)
    found = make_person(cast.north, site, name, access.Role.CLIENT)
    assert found.episode is not None
    Episode.objects.filter(pk=found.episode.pk).update(state=Episode.State.WAITING)
    found.episode.refresh_from_db()
    return found


class TestAsking:
    """It does not stand before the cover's yes."""

    def test_until_the_cover_says_yes_nobody_sees_anything_and_they_are_told_neutrally(self, north: Cast) -> None:
        row = asked(north)
        assert row.state == Absence.State.ASKED
        assert not CareTeamMember.objects.filter(role="cover").exists()
        message = OutgoingMessage.objects.get()
        assert (message.user, message.kind) == (north.cora.user, OutgoingMessage.Kind.DIGEST)
        assert message.key == f"digest:{north.cora.membership.pk}:2026-03-02", "one message a day, whatever it is about"
        changing.cancel(by=north.theo.actor, absence=row)
        asked(north, date(2026, 3, 20), date(2026, 3, 21))
        assert OutgoingMessage.objects.count() == 1

    def test_at_night_the_message_waits_for_the_morning(self, north: Cast) -> None:
        with time_machine.travel(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), tick=False):
            asked(north)
        assert OutgoingMessage.objects.get().due_at == datetime(2026, 3, 3, 7, tzinfo=UTC)

    def test_with_the_yes_the_cover_has_every_active_client_of_theirs_in_one_go(self, north: Cast) -> None:
        for n in range(6):
            more = waiting(north, f"More{n}")
            care_team.assign_client(by=north.amy.actor, episode=more.episode, lead=north.theo.membership)  # type: ignore[arg-type]
        row = asked(north)
        with CaptureQueriesContext(connection) as queries:
            changing.answer(by=north.cora.actor, absence=row, yes=True)
        written = [one["sql"] for one in queries if one["sql"].startswith('INSERT INTO "clinic_careteammember"')]
        assert len(written) == 1
        places = CareTeamMember.objects.filter(absence=row)
        assert {place.episode_id for place in places} == set(covering.led_by(north.theo.membership.pk))
        assert {(place.starts_on, place.ends_on, place.role) for place in places} == {(FIRST, LAST, "cover")}
        assert places.count() == 8
        changing.answer(by=north.cora.actor, absence=row, yes=True)
        assert places.count() == 8, "said twice is said once"
        verbs = AuditEvent.objects.filter(object_type="absence").values_list("verb", flat=True)
        assert sorted(verbs) == ["absence.agreed", "absence.asked"]

    def test_an_admin_enters_it_too_and_nobody_else_does(self, north: Cast) -> None:
        days = {"starts_on": FIRST, "ends_on": LAST}
        row = changing.ask(by=north.amy.actor, member=north.theo.membership, cover=north.cora.membership, **days)
        assert row.state == Absence.State.ASKED, "the yes stays the cover's own"
        for nobody in (north.sol, north.kit):
            with pytest.raises(PermissionDenied):
                changing.ask(by=nobody.actor, member=north.theo.membership, cover=north.cora.membership, **days)
        for other in (north.theo, north.amy, north.sol):
            with pytest.raises(PermissionDenied):
                changing.answer(by=other.actor, absence=row, yes=True)
        for other in (north.sol, north.cora):
            with pytest.raises(PermissionDenied):
                changing.cancel(by=other.actor, absence=row)

    @pytest.mark.parametrize(
        ("first", "last", "field"),
        [
            (TODAY - timedelta(days=1), LAST, "starts_on"),
            (FIRST, FIRST - timedelta(days=1), "ends_on"),
            (FIRST, FIRST + timedelta(days=400), "ends_on"),
        ],
    )
    def test_days_that_do_not_fit_are_refused(self, north: Cast, first: date, last: date, field: str) -> None:
        with pytest.raises(ActionRefused) as no:
            asked(north, first, last)
        assert (no.value.status, no.value.field) == (422, field)

    @pytest.mark.parametrize("who", ["theo", "kit", "amy", "ada", "zoe"])
    def test_the_cover_is_another_therapist_of_the_clinic(self, north: Cast, who: str) -> None:
        with pytest.raises(ActionRefused) as no:
            asked(north, cover=getattr(north, who))
        assert (no.value.status, no.value.field) == (422, "cover")

    def test_the_cover_is_not_away_in_any_of_the_days(self, north: Cast) -> None:
        days = {"starts_on": LAST, "ends_on": LAST + timedelta(days=3)}
        changing.ask(by=north.cora.actor, member=north.cora.membership, cover=north.sol.membership, **days)
        with pytest.raises(ActionRefused, match="away in these days too"):
            asked(north)
        assert asked(north, FIRST, LAST - timedelta(days=1)), "the day before is fine"

    def test_whoever_is_away_meanwhile_cannot_say_yes(self, north: Cast) -> None:
        row = asked(north)
        changing.ask(
            by=north.cora.actor,
            member=north.cora.membership,
            cover=north.sol.membership,
            starts_on=LAST,
            ends_on=LAST,
        )
        with pytest.raises(ActionRefused, match="away in these days yourself"):
            changing.answer(by=north.cora.actor, absence=row, yes=True)

    def test_whoever_covers_is_not_away_in_those_days(self, north: Cast) -> None:
        stands(north)
        with pytest.raises(ActionRefused, match="yes to cover for Theo"):
            changing.ask(
                by=north.cora.actor,
                member=north.cora.membership,
                cover=north.sol.membership,
                starts_on=FIRST,
                ends_on=FIRST,
            )

    def test_two_absences_of_one_person_never_share_a_day(self, north: Cast) -> None:
        stands(north)
        with pytest.raises(ActionRefused, match="already"):
            asked(north, LAST, LAST + timedelta(days=3), cover=north.sol)
        assert asked(north, LAST + timedelta(days=1), LAST + timedelta(days=3), cover=north.sol)

    def test_after_a_no_the_same_days_can_be_asked_of_somebody_else(self, north: Cast) -> None:
        row = asked(north)
        changing.answer(by=north.cora.actor, absence=row, yes=False)
        row.refresh_from_db()
        assert row.state == Absence.State.DECLINED
        again = asked(north, cover=north.sol)
        row.refresh_from_db()
        assert (row.state, again.state) == (Absence.State.CANCELLED, Absence.State.ASKED)

    def test_what_is_over_or_cancelled_is_not_answered_any_more(self, north: Cast) -> None:
        row = asked(north)
        changing.cancel(by=north.theo.actor, absence=row)
        with pytest.raises(ActionRefused, match="no longer asked"):
            changing.answer(by=north.cora.actor, absence=row, yes=True)
        late = asked(north)
        with time_machine.travel(NOON + timedelta(days=30), tick=False), pytest.raises(ActionRefused, match="over"):
            changing.answer(by=north.cora.actor, absence=late, yes=True)


class TestDatedCover:
    """Exactly the days that were said, by the clinic's own dates."""

    @pytest.mark.parametrize(
        ("at", "open_then"),
        [
            (datetime(2026, 3, 8, 23, 59, tzinfo=UTC), False),
            (datetime(2026, 3, 9, 0, 1, tzinfo=UTC), True),
            (datetime(2026, 3, 13, 23, 59, tzinfo=UTC), True),
            (datetime(2026, 3, 14, 0, 1, tzinfo=UTC), False),
        ],
    )
    def test_the_day_before_the_first_the_last_and_the_day_after(
        self, north: Cast, at: datetime, open_then: bool
    ) -> None:
        stands(north)
        with time_machine.travel(at, tick=False):
            for can in (Can.SEE, Can.READ, Can.MEASURES, Can.REVIEW):
                assert sees(north.cora, north.ada.episode, can) is open_then
                assert sees(north.cora, north.ben.episode, can) is open_then
            assert sees(north.theo, north.ada.episode), "whoever is away may still read"

    def test_the_date_is_the_clinics_not_the_servers(self, north: Cast) -> None:
        Clinic.objects.filter(pk=north.north.pk).update(time_zone="Pacific/Auckland")
        north.north.refresh_from_db()
        for person in (north.cora, north.theo, north.ada):
            person.membership.clinic.time_zone = "Pacific/Auckland"
        stands(north)
        with time_machine.travel(datetime(2026, 3, 8, 12, tzinfo=UTC), tick=False):  # the 9th in Auckland
            assert sees(north.cora, north.ada.episode)

    @pytest.mark.parametrize("way", ["cancelled", "declined", "shortened"])
    def test_what_ends_it_ends_the_places_and_the_covers_own_sessions(self, north: Cast, way: str) -> None:
        row = stands(north)
        wednesday = datetime(2026, 3, 11, 10, tzinfo=UTC)
        theirs = {"clinic": north.north, "episode": north.ada.episode, "starts_at": wednesday + timedelta(days=1)}
        of_cover = Appointment.objects.create(therapist=north.cora.membership, **theirs)
        of_lead = Appointment.objects.create(
            therapist=north.theo.membership, **theirs | {"starts_at": wednesday + timedelta(days=1, hours=2)}
        )
        with time_machine.travel(wednesday, tick=False):
            assert sees(north.cora, north.ada.episode)
            if way == "cancelled":
                changing.cancel(by=north.theo.actor, absence=row)
            elif way == "declined":
                changing.answer(by=north.cora.actor, absence=row, yes=False)
            else:
                changing.shorten(by=north.theo.actor, absence=row, ends_on=wednesday.date())
            assert sees(north.cora, north.ada.episode) is (way == "shortened")
        with time_machine.travel(wednesday + timedelta(days=1), tick=False):
            assert not sees(north.cora, north.ada.episode)
        of_cover.refresh_from_db()
        of_lead.refresh_from_db()
        assert of_cover.state == Appointment.State.CANCELLED
        assert of_lead.state == Appointment.State.PLANNED, "the therapist's own sessions are theirs to move"

    def test_it_gets_shorter_and_never_longer(self, north: Cast) -> None:
        row = stands(north)
        for day in (LAST + timedelta(days=1), FIRST - timedelta(days=1)):
            with pytest.raises(ActionRefused) as no:
                changing.shorten(by=north.theo.actor, absence=row, ends_on=day)
            assert (no.value.status, no.value.field) == (422, "ends_on")

    def test_a_client_who_comes_meanwhile_gets_the_cover_too(self, north: Cast) -> None:
        row = stands(north)
        mia = waiting(north)
        care_team.assign_client(by=north.amy.actor, episode=mia.episode, lead=north.theo.membership)  # type: ignore[arg-type]
        other = waiting(north, "Lou")
        care_team.assign_client(by=north.amy.actor, episode=other.episode, lead=north.sol.membership)  # type: ignore[arg-type]
        with time_machine.travel(NOON + timedelta(days=7), tick=False):
            assert sees(north.cora, mia.episode)
            assert not sees(north.cora, other.episode)
            assert other.episode is not None
            care_team.transfer_client(by=north.amy.actor, episode=other.episode, to=north.theo.membership)
            assert sees(north.cora, other.episode), "also one who is handed over"
            care_team.transfer_client(by=north.amy.actor, episode=other.episode, to=north.sol.membership)
            assert not sees(north.cora, other.episode), "and not when they go on to somebody who is here"
        assert CareTeamMember.objects.filter(absence=row, ended_at__isnull=True).count() == 3

    def test_the_cover_who_becomes_the_therapist_stays_one(self, north: Cast) -> None:
        stands(north)
        assert north.ada.episode is not None
        care_team.transfer_client(by=north.amy.actor, episode=north.ada.episode, to=north.cora.membership)
        assert not CareTeamMember.objects.filter(
            episode=north.ada.episode, role="cover", ended_at__isnull=True
        ).exists()
        with time_machine.travel(NOON + timedelta(days=60), tick=False):
            assert sees(north.cora, north.ada.episode)

    def test_the_same_cover_twice_gets_the_second_place_when_the_first_is_over(self, north: Cast) -> None:
        stands(north)
        later = stands(north, date(2026, 4, 6), date(2026, 4, 10))
        assert not CareTeamMember.objects.filter(absence=later).exists(), "one place as cover at a time"
        sweep = access.system(north.north, "test")
        with time_machine.travel(datetime(2026, 3, 14, 1, tzinfo=UTC), tick=False):
            assert covering.put_missing(by=sweep) == 2
            assert covering.put_missing(by=sweep) == 0, "running it again changes nothing"
        with time_machine.travel(datetime(2026, 4, 6, 9, tzinfo=UTC), tick=False):
            assert sees(north.cora, north.ada.episode)
            care_team.end_member(by=north.theo.actor, place=place_of(north))
            assert covering.put_missing(by=sweep) == 0, "a place that was ended by hand stays ended"


class TestTheClient:
    """They are told who reads, and may rather not."""

    @pytest.mark.parametrize("day", [8, 9, 13, 14])
    def test_today_says_it_in_one_line_while_it_is_on(self, cast: Cast, sign_in: SignIn, day: int) -> None:
        with vault.session(), acting_in(cast.north.pk):
            stands(cast)
        with time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False):
            page = said(sign_in(cast.ada).get(reverse("today")))
        assert ("Theo is away until 13 March; Cora reads your pages." in page) is (day in (9, 13))

    def test_nothing_is_said_before_the_yes(self, cast: Cast, sign_in: SignIn) -> None:
        with vault.session(), acting_in(cast.north.pk):
            asked(cast, TODAY, LAST)
        assert "is away" not in said(sign_in(cast.ada).get(reverse("today")))

    def test_it_takes_no_statement_more(self, cast: Cast, sign_in: SignIn) -> None:
        browser, counted = sign_in(cast.ada), []
        for _turn in range(2):
            browser.get(reverse("today"))
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse("today"))
            counted.append(len(queries))
            with vault.session(), acting_in(cast.north.pk):
                if not Absence.objects.exists():
                    stands(cast, TODAY, LAST)
        assert counted[0] == counted[1]

    @pytest.mark.finding("F33")
    def test_i_would_rather_not_closes_everything_at_once_and_can_be_taken_back(
        self, cast: Cast, sign_in: SignIn
    ) -> None:
        with vault.session(), acting_in(cast.north.pk):
            stands(cast, TODAY, LAST)
            place = place_of(cast)
        ada, cora = sign_in(cast.ada), sign_in(cast.cora)
        page = reverse("client_page", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
        assert cora.get(page).status_code == 200
        answer = ada.post(reverse("cover_answer"), {"place": str(place.pk), "answer": "no"})
        assert answer.status_code == 303
        assert cora.get(page).status_code == 404
        assert cora.get(reverse("client_page", args=[cast.ben.episode.pk])).status_code == 200, "only this client"  # type: ignore[union-attr]
        today = said(ada.get(reverse("today")))
        assert "Cora does not read your pages, as you wished." in today
        assert "Cora" not in said(ada.get(reverse("reading_log"))).split("Who did")[0]
        with acting_in(cast.north.pk):
            assert AuditEvent.objects.filter(verb="cover.objected", client=cast.ada.membership.pk).count() == 1
        ada.post(reverse("cover_answer"), {"place": str(place.pk), "answer": "yes"})
        assert cora.get(page).status_code == 200

    def test_only_ones_own_cover_and_only_while_it_is_on(self, cast: Cast, sign_in: SignIn) -> None:
        with vault.session(), acting_in(cast.north.pk):
            stands(cast, TODAY, LAST)
            place = place_of(cast)
        for who, pk in ((cast.ben, place.pk), (cast.ada, "nonsense"), (cast.yan, place.pk)):
            assert sign_in(who).post(reverse("cover_answer"), {"place": str(pk), "answer": "no"}).status_code == 409
        with time_machine.travel(NOON + timedelta(days=12), tick=False):
            late = sign_in(cast.ada).post(reverse("cover_answer"), {"place": str(place.pk), "answer": "no"})
        assert late.status_code == 409
        with acting_in(cast.north.pk):
            assert not CareTeamMember.objects.filter(objected_at__isnull=False).exists()

    def test_therapist_and_admin_see_that_somebody_would_rather_not(self, cast: Cast, sign_in: SignIn) -> None:
        with vault.session(), acting_in(cast.north.pk):
            stands(cast, TODAY, LAST)
            changing.answer_cover(by=cast.ada.actor, place=place_of(cast), welcome=False)
        own = said(sign_in(cast.theo).get(reverse("away")))
        rota = said(sign_in(cast.amy).get(reverse("away_rota")))
        team = said(sign_in(cast.theo).get(reverse("care_team", args=[cast.ada.episode.pk])))  # type: ignore[union-attr]
        assert "would rather not have Cora" in own and "Ada" in own
        assert "would rather not have Cora" in rota and "Ada" in rota and "Ben" not in rota
        assert "would rather not have this cover" in team


class TestIsAnybodyThere:
    """The question behind measures that rest."""

    def day(self, cast: Cast) -> bool:
        assert cast.ada.episode is not None
        return standing_in.is_there(cast.ada.episode, TODAY)

    def test_somebody_is_there_unless_the_lead_is_away_and_nobody_covers(self, north: Cast) -> None:
        assert self.day(north)
        row = asked(north, TODAY, LAST)
        assert not self.day(north), "an absence nobody has said yes to is an absence all the same"
        changing.answer(by=north.cora.actor, absence=row, yes=True)
        assert self.day(north)
        changing.answer_cover(by=north.ada.actor, place=place_of(north), welcome=False)
        assert not self.day(north)
        assert north.ben.episode is not None
        assert standing_in.is_there(north.ben.episode, TODAY), "it is about one client"
        assert standing_in.is_there(north.ada.episode, LAST + timedelta(days=1)), "and until they are back"  # type: ignore[arg-type]
        changing.answer_cover(by=north.ada.actor, place=place_of(north), welcome=True)
        assert self.day(north)
        changing.answer(by=north.cora.actor, absence=row, yes=False)
        assert not self.day(north)
        changing.cancel(by=north.theo.actor, absence=row)
        assert self.day(north)

    def test_whoever_only_the_ladder_let_in_is_no_cover(self, north: Cast) -> None:
        asked(north, TODAY, LAST)
        assert north.ada.episode is not None
        ladder = put_on_team(north.ada.episode, north.sol, TeamRole.COVER, ends_on=LAST, by_ladder=True)
        assert not self.day(north)
        CareTeamMember.objects.filter(pk=ladder.pk).update(by_ladder=False)
        assert self.day(north)

    def test_one_statement_for_many(self, north: Cast) -> None:
        asked(north, TODAY, LAST)
        ids = [north.ada.episode.pk, north.ben.episode.pk]  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as queries:
            assert standing_in.unattended(ids, TODAY) == set(ids)
        assert len(queries) == 1
        assert standing_in.unattended([], TODAY) == set()


class TestPages:
    """Asking, answering and looking, with and without a slip."""

    def test_from_asking_to_covering(self, cast: Cast, sign_in: SignIn) -> None:
        theo, cora = sign_in(cast.theo), sign_in(cast.cora)
        sent = {"starts_on": "2026-03-09", "ends_on": "2026-03-13", "cover": str(cast.cora.membership.pk)}
        slip = theo.post(reverse("away"), sent | {"ends_on": "2026-03-01"})
        assert slip.status_code == 422 and "2026-03-09" in said(slip)
        assert theo.post(reverse("away"), sent).status_code == 303
        assert "Waits for a yes from Cora" in said(theo.get(reverse("away")))
        assert "Waits for a yes from Cora" in said(sign_in(cast.amy).get(reverse("away_rota")))
        asks = said(cora.get(reverse("away")))
        assert "You are asked to cover" in asks and "Theo is away" in asks
        with acting_in(cast.north.pk):
            row = Absence.objects.get()
        assert cora.post(reverse("away_answer", args=[row.pk]), {"answer": "yes"}).status_code == 303
        assert "Cora covers" in said(theo.get(reverse("away")))
        assert "You cover for" in said(cora.get(reverse("away")))
        back = theo.post(reverse("away_shorten", args=[row.pk]), {"ends_on": "2026-03-10"})
        assert back.status_code == 303
        assert theo.post(reverse("away_shorten", args=[row.pk]), {"ends_on": "soon"}).status_code == 422
        assert theo.post(reverse("away_cancel", args=[row.pk])).status_code == 303
        assert "No days away" in said(theo.get(reverse("away")))

    def test_sessions_of_the_days_are_listed_and_stay(self, cast: Cast, sign_in: SignIn) -> None:
        with vault.session(), acting_in(cast.north.pk):
            at = {"clinic": cast.north, "therapist": cast.theo.membership, "episode": cast.ada.episode}
            for day in (8, 9, 13, 14):
                Appointment.objects.create(starts_at=datetime(2026, 3, day, 10, tzinfo=UTC), **at)
            stands(cast)
        own = said(sign_in(cast.theo).get(reverse("away")))
        assert "2 sessions in these days. They stay as they are." in own
        assert reverse("sessions", args=[cast.ada.episode.pk]) in own  # type: ignore[union-attr]
        rota = said(sign_in(cast.amy).get(reverse("away_rota")))
        assert "2 sessions in these days" in rota and "Ada" not in rota
        with acting_in(cast.north.pk):
            assert set(Appointment.objects.values_list("state", flat=True)) == {Appointment.State.PLANNED}

    def test_the_pages_ask_the_database_as_often_for_many(self, cast: Cast, sign_in: SignIn) -> None:
        counted = []
        for first in (date(2026, 3, 9), date(2026, 5, 4)):
            with vault.session(), acting_in(cast.north.pk):
                for week in range(1 if first.month == 3 else 5):
                    start = first + timedelta(days=7 * week)
                    Absence.objects.create(
                        clinic=cast.north, member=cast.theo.membership, cover=cast.cora.membership,
                        starts_on=start, ends_on=start + timedelta(days=4),
                    )  # fmt: skip
            for who, route in ((cast.theo, "away"), (cast.amy, "away_rota")):
                browser = sign_in(who)
                browser.get(reverse(route))
                with CaptureQueriesContext(connection) as queries:
                    assert browser.get(reverse(route)).status_code == 200
                counted.append(len(queries))
        assert counted[:2] == counted[2:]


class TestLeaving:
    """Nobody goes and leaves others alone."""

    def test_not_while_clients_are_theirs(self, north: Cast) -> None:
        with pytest.raises(ActionRefused, match="2 clients are still with this person"):
            people.end_place(by=north.amy.actor, member=north.theo.membership)

    def test_not_while_they_cover_for_somebody(self, north: Cast, sign_in: SignIn) -> None:
        row = stands(north)
        with pytest.raises(ActionRefused, match="covers for Theo until 13 March 2026") as no:
            people.end_place(by=north.amy.actor, member=north.cora.membership)
        assert no.value.status == 409
        page = said(sign_in(north.amy).get(reverse("place_end", args=[north.cora.membership.pk])))
        assert "This person covers for Theo" in page, "said before it is tried"
        changing.answer(by=north.cora.actor, absence=row, yes=False)
        people.end_place(by=north.amy.actor, member=north.cora.membership)

    def test_whoever_was_only_asked_may_go_and_the_question_comes_back(self, north: Cast) -> None:
        row = asked(north)
        people.end_place(by=north.amy.actor, member=north.cora.membership)
        row.refresh_from_db()
        assert row.state == Absence.State.DECLINED

    def test_what_other_apps_know_is_asked_too(self, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leaving, "_questions", [*leaving._questions])
        leaving.asks(lambda clinic, member: ["Something is open."] if member.pk == north.cora.membership.pk else [])
        with pytest.raises(ActionRefused, match="Something is open"):
            people.end_place(by=north.amy.actor, member=north.cora.membership)
        people.end_place(by=north.amy.actor, member=north.kit.membership)
        assert CareTeamMember.objects.filter(member=north.kit.membership, ended_at__lte=timezone.now()).exists()
