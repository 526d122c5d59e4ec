"""The demo clinic: everybody's weeks pass through the real actions, and the story clients' numbers are exact."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import correlation, fmean, pstdev
from typing import Any

import pytest
from django.db.models import Count

from clinic.models import Absence, AuditEvent, CareTeamMember, Episode, Membership, OutgoingMessage
from homework.assignments.models import Assignment, Entry, Score
from homework.demo import answers, flags, load
from homework.demo.courses import course_of
from homework.demo.people import address, clients
from homework.demo.weeks import Week
from homework.safety import setup
from homework.safety.models import ClinicResource, SafetyFlag
from homework.worksheets.models import Attestation, Draft, Favourite, SwitchedOn, WorksheetVersion
from tests.journeys.larkfield import NOW, Larkfield, larkfield

TOLD = ("Amara Quist", "Mirela Stan", "Bianca Toller", "Lars Eide", "Bea Novak", "Grace Thornton")


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
    begun = [week for week in planned if week.starts]

    def share(some: Sequence[Week], all_of_them: Sequence[Week]) -> float:
        return len(some) / len(all_of_them)

    assert share(begun, planned) == pytest.approx(0.74, abs=0.05), "plans started"
    assert share([week for week in planned if week.amount >= 2], planned) == pytest.approx(0.64, abs=0.05), (
        "some at least"
    )
    assert share([week for week in planned if week.amount >= 3], planned) == pytest.approx(0.42, abs=0.05), (
        "most or all"
    )
    depths = [week.depth for week in begun]
    assert fmean(depths) == pytest.approx(5.1, abs=0.3)
    assert pstdev(depths) == pytest.approx(2.0, abs=0.2)
    assert correlation([week.amount for week in begun], depths) == pytest.approx(0.35, abs=0.1), "two things, not one"
    small = [week for week in begun if week.size == "S" or week.shrunk]
    assert share(small, begun) == pytest.approx(0.22, abs=0.05)
    assert share([week for week in weeks if week.nothing], weeks) == pytest.approx(0.05, abs=0.02)


def test_every_total_of_every_week_can_be_answered() -> None:
    draw = random.Random(1)
    for week in (week for row in clients() for week in course_of(row).weeks):
        for slug, total in week.measures.items():
            assert sum(answers.on_measure(slug, total, draw, item9=week.item9).values()) == total


def test_fifteen_flags_come_from_eight_clients() -> None:
    flagged = {row.name: [week.flag for week in course_of(row).weeks if week.item9] for row in clients()}
    ways = [way for those in flagged.values() for way in those]
    assert len([name for name, those in flagged.items() if those]) == 8
    assert len(ways) == 15
    assert all(way in flags.WAYS for way in ways)
    assert [ways.count(way) for way in ("seen", "cover", "lead", "mistake")] == [1, 1, 1, 1]
    assert not flagged["Bianca Toller"]


def test_a_questionnaire_adds_up_with_the_answer_it_is_given() -> None:
    draw = random.Random(1)
    for slug, total, item9 in (("phq-9", 12, 2), ("phq-9", 27, 3), ("gad-7", 15, 0), ("pcl-5", 44, 0), ("wsas", 40, 0)):
        said = answers.on_measure(slug, total, draw, item9=item9)
        assert sum(said.values()) == total
        if slug == "phq-9":
            assert said["q9"] == item9


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Larkfield]:
    """Some of the story clients; loaded once."""
    with django_db_blocker.unblock(), larkfield(TOLD) as there:
        yield there


def totals(demo: Larkfield, name: str, measure: str) -> list[int]:
    """A client's totals of one measure in order."""
    rows = Score.objects.filter(episode=demo.episode(name), measure=measure).order_by("taken_at")
    return [row.result["total"] for row in rows.select_related("episode")]


def test_the_story_clients_totals_are_exact(demo: Larkfield) -> None:
    assert totals(demo, "Amara Quist", "phq-9") == [18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6]
    assert totals(demo, "Mirela Stan", "pcl-5") == [44, 43, 40, 35, 31, 27]
    assert totals(demo, "Bianca Toller", "gad-7") == [9, 9, 10, 10, 11, 12, 12, 13, 13, 14, 15, 15]


def test_amara_is_better_from_week_five_and_below_the_cut_off_from_week_seven(demo: Larkfield) -> None:
    told = [demo.digest("Amara Quist", week) for week in range(3, 13)]
    assert [week for week, digest in enumerate(told, start=2) if "D3" in digest.signals] == list(range(5, 12))
    crossed = [
        week for week, one in enumerate(told, start=2) if one.section("change").lines[0].msg.id == "change.crossed"
    ]
    assert crossed == list(range(7, 12))
    work = Assignment.objects.filter(
        episode=demo.episode("Amara Quist"), version__worksheet__kind__in=("monitor", "practice")
    )
    slugs = list(work.order_by("created_at").values_list("version__worksheet__slug", flat=True))
    assert sorted(set(slugs), key=slugs.index) == ["w04", "w05", "w20"]


def test_mirelas_step_was_too_steep_and_got_easier(demo: Larkfield) -> None:
    assert "D7" in demo.digest("Mirela Stan", 4).signals
    assert "D7" not in demo.digest("Mirela Stan", 9).signals


def test_bianca_gets_worse_and_no_flag_is_raised(demo: Larkfield) -> None:
    assert "D2" in demo.digest("Bianca Toller", 12).signals
    assert not SafetyFlag.objects.filter(episode=demo.episode("Bianca Toller")).exists()


def test_lars_ticked_it_in_error_and_that_is_written_down(demo: Larkfield) -> None:
    flag = SafetyFlag.objects.get(episode=demo.episode("Lars Eide"))
    assert (flag.state, flag.outcome, bool(flag.note)) == ("closed", "mistake", True)


def test_bea_went_quiet_and_care_ended_as_she_wished(demo: Larkfield) -> None:
    assert "D12" in demo.digest("Bea Novak", 4).signals
    assert not demo.episode("Bea Novak").is_open


def test_grace_asks_for_something_in_week_five(demo: Larkfield) -> None:
    work = Assignment.objects.filter(episode=demo.episode("Grace Thornton"))
    assert work.filter(kind=Assignment.Kind.NOTHING).count() == 4
    slugs = [row.version.worksheet.slug for row in work.filter(version__isnull=False).order_by("created_at")]
    assert sorted(set(slugs), key=slugs.index) == ["w31", "w36", "w35"]


def test_the_house_is_arranged_as_the_specification_says(demo: Larkfield) -> None:
    assert setup.is_complete(demo.clinic.pk)
    stale = ClinicResource.objects.get(verified_on__lt=NOW.date() - timedelta(days=365))
    assert (NOW.date() - stale.verified_on).days == 400
    away = Absence.objects.standing().get()
    assert (away.member.display_name, away.cover.display_name) == ("Dario Conti", "Dr Hana Vesely")
    assert CareTeamMember.objects.filter(absence=away, episode=demo.episode("Lars Eide")).exists()
    assert Favourite.objects.count() == 11
    assert Draft.objects.get().worksheet.versions.count() == 1, "a sheet of their own, and its next version begun"
    assert SwitchedOn.objects.get().supervisor.display_name == "Dr Hana Vesely"
    assert Attestation.objects.get().by.display_name == "Petra Lund"
    own = WorksheetVersion.objects.filter(
        clinic=demo.clinic, worksheet__kind__in=("approach", "practice"), tailored__isnull=True
    )
    assert sum(version.parsed.review_due < NOW.date() for version in own) == 2
    assert AuditEvent.objects.filter(verb="entry.shared").count() == Entry.objects.shared().count()


def test_every_client_of_the_demo_has_one_key_and_one_lead(demo: Larkfield) -> None:
    clients_here = Membership.objects.filter(role="client")
    assert clients_here.annotate(n=Count("data_keys")).exclude(n=1).count() == 0
    leads = Episode.objects.filter(state="active", team__role="lead").annotate(n=Count("team"))
    assert leads.values("pk").distinct().count() == len(TOLD) - 1, "all but Bea, whose care has ended"


def test_reminders_of_the_weeks_that_are_over_stand_beside_what_was_written(demo: Larkfield) -> None:
    sent: dict[Any, list[Any]] = {}
    for client, at in OutgoingMessage.objects.filter(kind="reminder", state="sent").values_list("about", "sent_at"):
        sent.setdefault(client, []).append(at)
    assert sum(map(len, sent.values())) > 20
    for client, moments in sent.items():
        days = [at.date() for at in moments]
        assert len(set(days)) == len(days), "one a day"
        assert max(sum(0 <= (day - other).days < 7 for other in days) for day in days) <= 4
        last = Entry.objects.filter(episode__client_id=client).latest("captured_at")
        assert max(moments) < last.captured_at, "nobody looks as if they had gone quiet"


def test_loading_again_adds_nothing(demo: Larkfield) -> None:
    before = Entry.objects.count(), Assignment.objects.count(), ClinicResource.objects.count()
    assert load.exists()
    load.load(now=NOW, only=TOLD)
    assert before == (Entry.objects.count(), Assignment.objects.count(), ClinicResource.objects.count())
