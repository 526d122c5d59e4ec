"""What a coach may not do, and how they hand over to a therapist (F64)."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.models import AuditEvent, OutgoingMessage
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from homework.worksheets.models import Worksheet, WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.assignments import given

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


def not_for_coaches() -> list[str]:
    """Everything locked (exposure, safety plan, sheets for two) or for therapists only, and every measure."""
    rows = Worksheet.objects.filter(clinic__isnull=True).order_by("slug")
    return [row.slug for row in rows if row.locked or row.min_role != "coach" or row.kind == Worksheet.Kind.MEASURE]


@pytest.mark.finding("F64")
def test_a_coach_proposes_nothing_that_is_for_therapists_on_pages_and_in_the_api(cast: Cast, sign_in: SignIn) -> None:
    kit, episode = sign_in(cast.kit), cast.ada.episode
    assert episode is not None
    words = {
        "rationale": "We said so.",
        "first_step": "One line.",
        "counts_as_some": "A word.",
        "size": "M",
        "frequency": "daily",
    }
    refused = not_for_coaches()
    assert {"w06", "w07", "w16", "w21", "w27", "phq-9", "gad-7", "distress"} <= set(refused)
    for slug in ("w06", "w07", "w16", "w21", "w27", "phq-9", "distress"):
        sheet = WorksheetVersion.objects.filter(worksheet__slug=slug, worksheet__clinic__isnull=True)[0].worksheet_id
        body = words | {"episode": str(episode.pk), "kind": "work", "worksheet": str(sheet)}
        answers = [
            kit.get(reverse("propose_with", args=[episode.pk, sheet])).status_code,
            kit.post(reverse("propose_with", args=[episode.pk, sheet]), words).status_code,
            kit.post(reverse("api_assignments"), body, "application/json").status_code,
            kit.get(reverse("api_worksheet", args=[sheet])).status_code,
        ]
        assert set(answers) <= {403, 404, 422}, (slug, answers)
    with acting_in(cast.north.pk):
        assert not Assignment.objects.exists()


@pytest.mark.finding("F64")
def test_a_coach_finds_no_measure_and_no_digest(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk])
        measure = given.agreed(cast, "gad-7")
        session = given.session(cast)
    kit = sign_in(cast.kit)
    paths = [reverse(name, args=[measure.pk]) for name in ("assignment", "review", "api_assignment", "work_paper")]
    paths += [reverse(name, args=[session.pk]) for name in ("digest", "digest_paper", "api_digest")]
    assert {kit.get(path).status_code for path in paths} <= {403, 404}


@pytest.mark.finding("F64")
def test_this_needs_a_therapist_reaches_the_lead_with_a_neutral_message_until_it_is_taken_up(
    cast: Cast, sign_in: SignIn
) -> None:
    kit, theo, episode = sign_in(cast.kit), sign_in(cast.theo), cast.ada.episode
    assert episode is not None
    where = reverse("hand_over", args=[episode.pk])
    assert where in said(kit.get(reverse("client_page", args=[episode.pk])))
    assert where not in said(theo.get(reverse("client_page", args=[episode.pk])))
    assert kit.get(where).status_code == 200
    assert kit.post(where).status_code == 422
    for _twice in range(2):
        assert kit.post(where, {"reason": "worried"}).status_code == 303
    home = said(theo.get(reverse("therapist_home")))
    assert "Needs a therapist" in home
    assert "Kit, coach: I am worried about them" in home
    with acting_in(cast.north.pk):
        [message] = OutgoingMessage.objects.filter(kind=OutgoingMessage.Kind.DIGEST)
        assert message.user_id == cast.theo.user.pk
    assert "Needs a therapist" not in said(sign_in(cast.cora).get(reverse("therapist_home")))
    taken = reverse("hand_over_taken", args=[episode.pk])
    assert kit.post(taken).status_code == 404
    assert theo.post(taken).status_code == 303
    assert "Needs a therapist" not in said(theo.get(reverse("therapist_home")))
    kit.post(where, {"reason": "beyond"})
    assert "It goes beyond the skill we agreed on" in said(theo.get(reverse("therapist_home")))
    with acting_in(cast.north.pk):
        events = AuditEvent.objects.filter(client=cast.ada.membership.pk, verb__startswith="coach.hand")
        assert {row.verb for row in events} == {"coach.handed_over", "coach.hand_over_taken"}


@pytest.mark.finding("F64")
@pytest.mark.parametrize("who", ["theo", "cora", "zoe", "ada", "amy"])
def test_only_a_coach_of_this_client_hands_over(cast: Cast, sign_in: SignIn, who: str) -> None:
    assert cast.ada.episode is not None
    where = reverse("hand_over", args=[cast.ada.episode.pk])
    assert sign_in(getattr(cast, who)).post(where, {"reason": "asked"}).status_code == 404
    assert cast.ben.episode is not None
    assert (
        sign_in(cast.kit).post(reverse("hand_over", args=[cast.ben.episode.pk]), {"reason": "asked"}).status_code == 404
    )


@pytest.mark.finding("F64")
def test_wherever_a_client_reads_a_coachs_name_it_says_what_a_coach_is(cast: Cast, sign_in: SignIn) -> None:
    from homework.assignments.actions import plan as planning
    from homework.reviews.actions.review import review_work

    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk])
        assert cast.ada.episode is not None
        made = planning.propose(
            by=cast.kit.actor, episode=cast.ada.episode, version=given.version("w42"), words=given.words()
        )
        other = given.fresh(
            planning.propose(
                by=cast.kit.actor, episode=cast.ada.episode, version=given.version("w11"), words=given.words()
            )
        )
        planning.confirm(by=cast.ada.actor, assignment=other)
        entry = given.shared(cast, given.fresh(other), {"problem": "Too much at once."})
        review_work(by=cast.kit.actor, assignment=given.fresh(other), outcome="keep", message="What helped?")
    ada = sign_in(cast.ada)
    pages = {
        name: said(ada.get(reverse(name, args=args)))
        for name, args in (
            ("today", []), ("shape", [made.pk]), ("entry_done", [entry.pk]), ("task", [other.pk]), ("reading_log", []),
        )
    }  # fmt: skip
    for name, page in pages.items():
        main = page[page.index("<main") : page.index("</main")]
        named = main.count("Kit")
        assert named, name
        assert named <= main.lower().count("coach, not a licensed therapist"), name
