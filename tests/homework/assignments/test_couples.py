"""Couples (F61-F63): two consents, a safety date for each, what the partner reads and when, and what they never do."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.ids import uuid7
from clinic import vault
from clinic.access import Actor, TeamRole
from clinic.models import AuditEvent, OutgoingMessage
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments import couples
from homework.assignments.actions import couple as coupling
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.actions import sharing
from homework.assignments.days import thread
from homework.assignments.models import Assignment, Dyad, DyadMember, Entry, PartnerShare, Plan
from homework.assignments.schedule import DayState
from homework.reviews.models import ClientQuestion
from homework.worksheets import summary
from tests.cast import Cast, Person, put_on_team
from tests.homework.assignments import couple_given, given

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]

ADAS = {"thanks": [{"did": "zqadadidxv", "meant": "zqadameantxv"}], "found_out": "zqadafoundxv", "mood_before": 4}
BENS = {"thanks": [{"did": "zqbendidxv", "meant": "zqbenmeantxv"}], "found_out": "zqbenfoundxv"}


def said(answer: Any) -> str:
    """A page's text with its entities read."""
    return unescape(answer.content.decode())


def copies(person: Person) -> list[PartnerShare]:
    assert person.episode is not None
    return list(PartnerShare.objects.filter(episode=person.episode))


# --- making a couple --------------------------------------------------------------------------------------------------


@pytest.mark.finding("F61")
def test_a_couple_is_made_by_a_therapist_of_both_and_begins_with_two_consents(north: Cast) -> None:
    couple_given.made(north)
    for person, partner in ((north.ada, "Ben"), (north.ben, "Ada")):
        place = couple_given.place_of(person)
        assert place.partner_name == partner
        assert place.consented_at is None
    pair = couples.current_pair(couple_given.episode_of(north.ada).pk)
    assert pair is not None
    assert not pair.is_together
    coupling.consent(by=north.ada.actor, place=pair.mine)
    assert not couple_given.couples.current_pair(pair.mine.episode_id).is_together, "one yes is not two"
    coupling.consent(by=north.ben.actor, place=pair.theirs)
    assert couple_given.couples.current_pair(pair.mine.episode_id).may_work


@pytest.mark.parametrize("who", ["cora", "kit"])
def test_nobody_else_makes_a_couple(north: Cast, who: str) -> None:
    put_on_team(couple_given.episode_of(north.ada), north.cora, TeamRole.COTHERAPIST)
    with pytest.raises(ActionRefused) as refusal:
        coupling.make(
            by=getattr(north, who).actor,
            episode=couple_given.episode_of(north.ada),
            partner=couple_given.episode_of(north.ben),
        )
    assert refusal.value.status == 403
    assert not Dyad.objects.exists()


def test_somebody_is_in_one_couple_at_a_time_and_no_day_lies_ahead(north: Cast) -> None:
    couple_given.made(north)
    with pytest.raises(ActionRefused) as refusal:
        couple_given.made(north)
    assert refusal.value.status == 409
    with pytest.raises(ActionRefused) as refusal:
        coupling.note_seen_alone(
            by=north.theo.actor,
            place=couple_given.place_of(north.ada),
            on=north.north.today() + timedelta(days=1),
        )
    assert refusal.value.status == 422


@pytest.mark.finding("F61")
def test_not_now_needs_no_reason_and_tells_the_other_nothing_else(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.made(cast)
        coupling.consent(by=cast.ada.actor, place=couple_given.place_of(cast.ada))
        place = couple_given.place_of(cast.ben)
    ben = sign_in(cast.ben)
    assert "There is a question for you" in said(ben.get(reverse("today")))
    assert "Ada" not in said(ben.get(reverse("today"))), "the name is on the page behind it"
    asked = said(ben.get(reverse("couple")))
    assert "Would you like to try something together with Ada?" in asked
    answer = ben.post(reverse("couple_answer"), {"place": str(place.pk), "answer": "no"})
    assert answer.status_code == 303
    seen = said(sign_in(cast.ada).get(reverse("couple")))
    assert "Not now." in seen
    assert "declined" not in seen.lower()
    assert "There is a question for you" not in said(ben.get(reverse("today")))


@pytest.mark.finding("F61")
def test_an_answer_from_a_page_of_another_couple_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.made(cast)
        theirs = couple_given.place_of(cast.ben)
    ada = sign_in(cast.ada)
    for place in (str(theirs.pk), str(uuid4()), ""):
        assert ada.post(reverse("couple_answer"), {"place": place, "answer": "yes"}).status_code == 409
        assert ada.post(reverse("couple_leave"), {"place": place}).status_code == 409
    with acting_in(cast.north.pk):
        assert not DyadMember.objects.filter(consented_at__isnull=False).exists()
        assert DyadMember.objects.current().count() == 2


# --- the safety gate (F63) --------------------------------------------------------------------------------------------


@pytest.mark.finding("F63")
@pytest.mark.parametrize("slug", ["w27", "w28", "w29"])
@pytest.mark.parametrize("lacks", ["couple", "yes", "seen"])
def test_a_sheet_for_two_is_409_before_both_said_yes_and_were_seen_alone(north: Cast, slug: str, lacks: str) -> None:
    if lacks != "couple":
        couple_given.made(north, seen=lacks != "seen")
        coupling.consent(by=north.ada.actor, place=couple_given.place_of(north.ada))
    if lacks == "seen":
        coupling.consent(by=north.ben.actor, place=couple_given.place_of(north.ben))
        coupling.note_seen_alone(by=north.theo.actor, place=couple_given.place_of(north.ben), on=north.north.today())
    with pytest.raises(ActionRefused) as refusal:
        couple_given.proposed(north, slug)
    assert refusal.value.status == 409
    assert not Assignment.objects.exists()


@pytest.mark.finding("F63")
def test_the_page_and_the_api_refuse_alike_and_say_where_to_go(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.made(cast, seen=False)
        for person in (cast.ada, cast.ben):
            coupling.consent(by=person.actor, place=couple_given.place_of(person))
        sheet = given.version("w29").worksheet_id
    theo, ada = sign_in(cast.theo), cast.ada.episode
    assert ada is not None
    page = reverse("propose_with", args=[ada.pk, sheet])
    words = {"rationale": "You both said days pass without a word.", "first_step": "Think of one.", "counts_as_some": "One.",
             "size": "M", "frequency": str(Plan.Frequency.TIMES), "times_per_week": "1"}  # fmt: skip
    looked = said(theo.get(page))
    assert "First see each partner alone about safety" in looked
    assert reverse("couple_of", args=[ada.pk]) in looked
    body = words | {"episode": str(ada.pk), "kind": "work", "worksheet": str(sheet)}
    body |= {"times_per_week": 1}
    answers = [theo.post(page, words), theo.post(reverse("api_assignments"), body, "application/json")]
    assert [answer.status_code for answer in answers] == [409, 409], [said(answer)[-400:] for answer in answers]
    with acting_in(cast.north.pk):
        assert not Assignment.objects.exists()
    day = {"on": cast.north.today().isoformat()}
    for person in (cast.ada, cast.ben):
        assert person.episode is not None
        assert theo.post(reverse("couple_seen", args=[person.episode.pk]), day).status_code == 303
    assert theo.post(page, words).status_code == 303
    with acting_in(cast.north.pk):
        assert Assignment.objects.filter(dyad__isnull=False).count() == 2


@pytest.mark.finding("F63")
def test_a_copy_made_for_one_and_a_therapist_of_one_are_refused(north: Cast) -> None:
    couple_given.together(north)
    put_on_team(couple_given.episode_of(north.ada), north.cora, TeamRole.COTHERAPIST)
    with pytest.raises(ActionRefused) as refusal:
        planning.propose(
            by=north.cora.actor,
            episode=couple_given.episode_of(north.ada),
            version=given.version("w29"),
            words=given.words(),
        )
    assert refusal.value.status == 409


@pytest.mark.finding("F63")
@pytest.mark.parametrize("rule", ["open", "limited"])
def test_the_clinics_rule_stands_above_every_private_part_and_the_chip_among_the_ways_on(
    cast: Cast, sign_in: SignIn, rule: str
) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        cast.north.couple_secrets = rule
        cast.north.save()
        couple_given.together(cast)
        half, _theirs = couple_given.agreed(cast, "w27")
        entry = doing.begin(by=cast.ada.actor, assignment=half)
    page = said(sign_in(cast.ada).get(reverse("entry", args=[entry.pk])))
    line = cast.north.get_couple_secrets_display()
    private = page.count("Your partner does not see this part.")
    assert private >= 4
    assert page.count(f"Your partner does not see this part. {line}.") == private
    assert f"once you share it. {line}" not in page
    assert "I’d rather talk about this on my own" in page


@pytest.mark.finding("F63")
def test_the_chip_goes_to_the_therapist_only_and_keeps_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        half, _theirs = couple_given.agreed(cast, "w27")
        entry = doing.begin(by=cast.ada.actor, assignment=half)
    ada, where = sign_in(cast.ada), reverse("couple_alone", args=[entry.pk])
    typed = {"rev": "0", "sheet": str(entry.sheet.pk), "for_me": "zqadatypedxv"}
    for _twice in range(2):
        answer = ada.post(where, typed, follow=True)
    page = said(answer)
    assert "Noted." in page
    assert "zqadatypedxv" in page
    assert sign_in(cast.ben).post(where, typed).status_code == 404
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk])
        told = ClientQuestion.objects.get()
        assert (told.kind, told.chips, told.episode_id) == ("tell", ["alone"], half.episode_id)
        assert told in ClientQuestion.objects.visible_to(cast.theo.actor)
        for other in (cast.ben, cast.kit):
            assert told not in ClientQuestion.objects.visible_to(other.actor)
        assert not AuditEvent.objects.filter(client=cast.ben.membership.pk, verb="question.asked").exists()


# --- a plan each ------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F61")
def test_proposing_makes_a_plan_and_a_yes_for_each(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.proposed(north)
    assert {mine.episode_id, theirs.episode_id} == {north.ada.episode.pk, north.ben.episode.pk}  # type: ignore[union-attr]
    assert mine.dyad_id == theirs.dyad_id is not None
    planning.confirm(by=north.ada.actor, assignment=mine)
    assert given.fresh(mine).state == Assignment.State.ACTIVE
    assert given.fresh(theirs).state == Assignment.State.PROPOSED, "the other's yes is their own"
    assert theirs.plans.get().rationale == given.WHY


@pytest.mark.finding("F61")
def test_one_pausing_does_not_pause_the_other_and_no_reminder_names_anybody(
    north: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north, frequency=Plan.Frequency.DAILY)
    resting.pause(by=north.ada.actor, assignment=mine)
    assert given.fresh(mine).state == Assignment.State.PAUSED
    assert given.fresh(theirs).state == Assignment.State.ACTIVE


@pytest.mark.finding("F63")
def test_what_the_therapist_paused_for_two_no_partner_can_start_again(north: Cast, sign_in: SignIn) -> None:
    couple_given.together(north)
    _mine, theirs = couple_given.agreed(north, frequency=Plan.Frequency.DAILY)
    resting.pause(by=north.theo.actor, assignment=theirs)
    ben = sign_in(north.ben)
    page = said(ben.get(reverse("task", args=[theirs.pk])))
    assert "Your therapist has paused this for now" in page
    assert "Go on with it" not in page
    assert ben.post(reverse("work_resume", args=[theirs.pk])).status_code == 409
    assert given.fresh(theirs).state == Assignment.State.PAUSED
    theo = sign_in(north.theo)
    assert "Go on with it" in said(theo.get(reverse("assignment", args=[theirs.pk])))
    assert theo.post(reverse("assignment_go_on", args=[theirs.pk])).status_code == 303
    assert given.fresh(theirs).state == Assignment.State.ACTIVE


# --- the reveal rule (F61) --------------------------------------------------------------------------------------------


@pytest.mark.finding("F61")
def test_before_both_have_shared_the_partner_gets_nothing_and_afterwards_only_what_is_for_both(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north)
    couple_given.shared(north.ada, mine, ADAS)
    assert copies(north.ben) == [], "w29 opens when both have shared"
    couple_given.shared(north.ben, theirs, BENS)
    [for_ben], [for_ada] = copies(north.ben), copies(north.ada)
    assert for_ben.content == {"thanks": ADAS["thanks"]}
    assert for_ada.content == {"thanks": BENS["thanks"]}
    for client in (north.ada, north.ben):
        verbs = AuditEvent.objects.filter(client=client.membership.pk, verb="couple.revealed")
        assert verbs.exists(), "it is in the record of both"


@pytest.mark.finding("F61")
def test_a_part_that_is_shared_is_shown_at_once_and_a_private_one_never(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north, "w27")
    values = {
        "variant": "letters",
        "letter": "zqletterxv",
        "tension": 70,
        "learned": "zqlearnedxv",
        "for_me": "zqformexv",
        "side_way": "hands",  # asked only with another variant: an answer left from before
        "stop_sign": "zqstopxv",
    }
    couple_given.shared(north.ada, mine, values, kept_private=["stop_sign"])
    [copy] = copies(north.ben)
    assert copy.content == {"variant": "letters", "learned": "zqlearnedxv"}
    couple_given.shared(north.ben, theirs, {"variant": "letters", "letter": "zqbackxv", "tension": 10})
    [copy] = copies(north.ben)
    assert copy.content == {"variant": "letters", "letter": "zqletterxv", "learned": "zqlearnedxv"}
    [mine_now] = copies(north.ada)
    assert mine_now.content == {"variant": "letters", "letter": "zqbackxv"}


@pytest.mark.finding("F61")
@pytest.mark.parametrize("keeper", ["ada", "ben"])
def test_either_may_keep_back_and_then_nothing_that_waits_for_both_is_shown(north: Cast, keeper: str) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north)
    couple_given.shared(north.ada, mine, ADAS, show=keeper != "ada")
    couple_given.shared(north.ben, theirs, BENS, show=keeper != "ben")
    assert copies(north.ada) == copies(north.ben) == []


@pytest.mark.finding("F61")
def test_rounds_are_counted_and_not_today_is_none(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north, frequency=Plan.Frequency.EVENT)
    sharing.not_today(by=north.ben.actor, assignment=theirs, obstacles=["tired"], key=uuid4())
    couple_given.shared(north.ada, mine, {"thanks": [{"did": "first"}]})
    assert copies(north.ben) == [], "he has said nothing yet"
    couple_given.shared(north.ada, mine, {"thanks": [{"did": "second"}]})
    couple_given.shared(north.ben, theirs, {"thanks": [{"did": "his first"}]})
    assert [copy.content["thanks"][0]["did"] for copy in copies(north.ben)] == ["first"]
    couple_given.shared(north.ben, theirs, {"thanks": [{"did": "his second"}]})
    assert {copy.content["thanks"][0]["did"] for copy in copies(north.ben)} == {"first", "second"}


@pytest.mark.finding("F61")
def test_taking_back_takes_the_copy_too_also_after_leaving(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north)
    first = couple_given.shared(north.ada, mine, ADAS)
    second = couple_given.shared(north.ben, theirs, BENS)
    sharing.take_back(by=north.ada.actor, entry=first)
    assert copies(north.ben) == []
    assert len(copies(north.ada)) == 1, "what Ben shows is his to take back"
    coupling.leave(by=north.ada.actor, place=couple_given.place_of(north.ada))
    sharing.take_back(by=north.ben.actor, entry=second)
    assert copies(north.ada) == []


@pytest.mark.finding("F61")
@pytest.mark.parametrize("who", ["ada", "ben", "theo"])
def test_leaving_freezes_what_was_shown_and_ends_the_work_for_two(north: Cast, who: str) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north, "w27", frequency=Plan.Frequency.EVENT)
    couple_given.shared(north.ada, mine, {"learned": "before"})
    couple_given.shared(north.ben, theirs, {"learned": "his"})
    begun = doing.begin(by=north.ada.actor, assignment=mine)
    actor: Actor = getattr(north, who).actor
    (coupling.end if who == "theo" else coupling.leave)(
        by=actor, place=couple_given.place_of(north.ben if who == "ben" else north.ada)
    )
    assert {given.fresh(half).state for half in (mine, theirs)} == {Assignment.State.ENDED}
    kept = sharing.share(
        by=north.ada.actor,
        entry=begun,
        values={"learned": "afterwards"},
        kept_private=[],
        after=sharing.After(),
        key=uuid4(),
        for_partner=True,
    )
    assert kept.state == Entry.State.SHARED, "each keeps their own"
    assert [len(copies(person)) for person in (north.ada, north.ben)] == [1, 1], "old stays, nothing new comes"
    assert couples.current_pair(mine.episode_id) is None
    couple_given.made(north)  # and a new start is possible


@pytest.mark.finding("F61")
def test_nobody_is_told_who_ended_it(cast: Cast, sign_in: SignIn) -> None:
    pages = []
    for who in ("ada", "ben", "theo"):
        with vault.session(), acting_in(cast.north.pk):
            vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
            couple_given.together(cast)
            place = couple_given.place_of(cast.ada if who == "ada" else cast.ben)
            coupling.end(by=cast.theo.actor, place=place) if who == "theo" else coupling.leave(
                by=getattr(cast, who).actor, place=place
            )
        page = said(sign_in(cast.ada).get(reverse("couple")))
        pages.append(page[page.index("<main") : page.index("</main")])
    assert pages[0] == pages[1] == pages[2]
    assert "This is over." in pages[0]


# --- nothing else of the other, anywhere ------------------------------------------------------------------------------


API_LISTS = ("api_episodes", "api_assignments", "api_entries")


@pytest.mark.finding("F61")
def test_no_page_and_no_answer_of_the_api_holds_a_word_of_the_other(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        mine, theirs = couple_given.agreed(cast, frequency=Plan.Frequency.EVENT)
        adas = couple_given.shared(cast.ada, mine, ADAS, after=sharing.After(amount=2, words="zqadaaskxv"))
        draft = doing.begin(by=cast.ada.actor, assignment=mine)
        doing.save_draft(
            by=cast.ada.actor, entry=draft, values={"thanks": [{"did": "zqadadraftxv"}]}, kept_private=[], rev=0
        )
        other = given.agreed(cast, "w02", rationale="zqadaotherxv is why")
        bens = doing.begin(by=cast.ben.actor, assignment=theirs)
    ben = sign_in(cast.ben)

    def everything() -> str:
        paths = [reverse(name) for name in ("today", "work", "notes", "couple", "reading_log", *API_LISTS)]
        paths += [
            reverse("entry", args=[bens.pk]),
            reverse("entry_done", args=[bens.pk]),
            reverse("task", args=[theirs.pk]),
        ]
        return "".join(said(ben.get(path, follow=True)) for path in paths)

    assert "zqada" not in everything()
    hidden = [reverse("entry", args=[row.pk]) for row in (adas, draft)]
    hidden += [reverse("task", args=[work.pk]) for work in (mine, other)]
    hidden += [reverse("api_entry", args=[adas.pk]), reverse("api_assignment", args=[mine.pk])]
    hidden += [reverse("couple_of", args=[mine.episode_id]), reverse("client_page", args=[mine.episode_id])]
    assert {ben.get(path).status_code for path in hidden} == {404}
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        sharing.share(
            by=cast.ben.actor,
            entry=bens,
            values=BENS,
            kept_private=[],
            after=sharing.After(),
            key=uuid4(),
            for_partner=True,
        )
    now = everything()
    assert "Your partner" in said(sign_in(cast.ada).get(reverse("reading_log"))), "it is in the record she can read"
    assert "zqadadidxv" in now
    assert "zqadameantxv" in now
    for word in ("found", "draft", "other", "ask"):
        assert f"zqada{word}xv" not in now, word
    assert {ben.get(path).status_code for path in hidden} == {404}


@pytest.mark.finding("F61")
def test_the_copy_is_sealed_with_the_readers_own_key(north: Cast) -> None:
    couple_given.together(north)
    mine, theirs = couple_given.agreed(north)
    couple_given.shared(north.ada, mine, ADAS)
    couple_given.shared(north.ben, theirs, BENS)
    with vault.session():
        vault.open_contents([north.ben.membership.pk])
        [copy] = PartnerShare.objects.filter(episode=north.ben.episode)
        assert copy.content == {"thanks": ADAS["thanks"]}
        with pytest.raises(vault.NotOpened):
            Entry.objects.get(pk=copy.entry_id).answers  # noqa: B018
    with vault.session(), pytest.raises(vault.NotOpened):
        vault.open_contents([north.ada.membership.pk])
        PartnerShare.objects.get(episode=north.ben.episode).content  # noqa: B018


@pytest.mark.finding("F61")
def test_reminders_never_mention_the_other_person(north: Cast) -> None:
    """Rows of the outbox hold no words; what is sent for a sheet for two is the one neutral text."""
    from clinic.messages import compose

    couple_given.together(north)
    couple_given.agreed(north)
    row = OutgoingMessage(
        pk=uuid7(), clinic=north.north, kind=OutgoingMessage.Kind.REMINDER, key="x", user=north.ben.user, about=uuid4()
    )
    message = compose(row, north.north)
    text = f"{message.subject} {message.body} {message.alternatives}".lower()
    for word in ("ada", "ben", "partner", "couple", "together", "thanks"):
        assert f" {word}" not in text, word


# --- sharing, as the client does it -----------------------------------------------------------------------------------


@pytest.mark.finding("F61")
def test_before_sharing_the_client_is_asked_and_without_an_answer_nothing_is_shared(
    cast: Cast, sign_in: SignIn
) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        mine, _theirs = couple_given.agreed(cast, "w27")
        entry = doing.begin(by=cast.ada.actor, assignment=mine)
        entry = doing.save_draft(
            by=cast.ada.actor, entry=entry, values={"learned": "You hum.", "tension": 40}, kept_private=[], rev=0
        )
    ada, page = sign_in(cast.ada), reverse("entry_finish", args=[entry.pk])
    looked = said(ada.get(page))
    assert "May Ben read their parts?" in looked
    assert "Ben would read: One thing I learned about you" in looked
    assert "How tense were you" not in looked
    form = {"rev": str(entry.rev), "submission_key": str(uuid4()), "amount": "1"}
    assert ada.post(page, form).status_code == 422
    assert ada.post(page, form | {"for_partner": "show"}).status_code == 303
    with acting_in(cast.north.pk):
        assert Entry.objects.get(pk=entry.pk).kept_back is False
        assert PartnerShare.objects.filter(episode=cast.ben.episode).count() == 1
    assert "What Ben shows you" in said(ada.get(reverse("entry_done", args=[entry.pk])))
    assert "You hum." in said(sign_in(cast.ben).get(reverse("couple")))


@pytest.mark.finding("F61")
@pytest.mark.parametrize(("body", "kept"), [({}, True), ({"for_partner": True}, False)])
def test_the_api_shows_the_partner_nothing_unless_it_is_said(
    cast: Cast, sign_in: SignIn, body: dict[str, Any], kept: bool
) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        mine, _theirs = couple_given.agreed(cast, "w27")
        entry = doing.begin(by=cast.ada.actor, assignment=mine)
    sent = {"submission_key": str(uuid4()), "rev": 0, "answers": {"learned": "You hum."}, **body}
    answer = sign_in(cast.ada).post(reverse("api_entry_share", args=[entry.pk]), sent, "application/json")
    assert answer.status_code == 200, said(answer)
    with acting_in(cast.north.pk):
        assert Entry.objects.get(pk=entry.pk).kept_back is kept
        assert PartnerShare.objects.exists() is not kept


@pytest.mark.finding("F62")
def test_stopping_look_and_ask_early_is_some_of_it_and_nothing_says_otherwise(cast: Cast, sign_in: SignIn) -> None:
    definition = given.load("w27")
    tension, mine = definition.by_key["tension"], definition.by_key["for_me"]
    assert (tension.kind, tension.partner, mine.partner) == ("s100", "private", "private")
    assert "nobody asks why" in str(definition.by_key["stop"].text)  # type: ignore[attr-defined]
    assert definition.sizes["S"].label == "Ten seconds, one question"
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        half, _theirs = couple_given.agreed(cast, "w27")
        entry = couple_given.shared(
            cast.ada,
            half,
            {"together": {"lasted": 4}, "tension": 90},
            after=sharing.After(amount=Entry.Amount.A_LITTLE),
        )
        assert summary.lines(definition, entry.answers)
        assert thread.state_of(entry) == DayState.SOME
    page = said(sign_in(cast.ada).get(reverse("entry_done", args=[entry.pk]))).lower()
    assert "that counts" in page
    for word in (
        "stopped early",
        "not enough",
        "not done",
        "less than",
        "incomplete",
        "unfinished",
        "too short",
        "try again",
    ):
        assert word not in page[page.index("<main") :], word
    client_page = said(sign_in(cast.theo).get(reverse("client_page", args=[half.episode_id])))
    assert "For two, as a couple" in client_page


# --- the therapist's page ---------------------------------------------------------------------------------------------


@pytest.mark.finding("F61")
def test_both_sides_are_shown_only_to_somebody_who_treats_both(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        mine, _theirs = couple_given.agreed(cast)
        until = cast.north.today() + timedelta(days=7)
        put_on_team(couple_given.episode_of(cast.ada), cast.cora, TeamRole.COVER, ends_on=until)
    page = reverse("couple_of", args=[mine.episode_id])
    both, one = said(sign_in(cast.theo).get(page)), said(sign_in(cast.cora).get(page))
    assert "Ada and Ben" in both
    assert "Ben" not in one
    assert "Works as a couple" in one
    assert reverse("couple_end", args=[mine.episode_id]) not in one
    with acting_in(cast.north.pk):
        reads = AuditEvent.objects.filter(actor=cast.theo.membership.pk, client=cast.ben.membership.pk, is_read=True)
        assert reads.filter(verb="couple.read").exists()


def test_a_couple_is_made_on_the_page(cast: Cast, sign_in: SignIn) -> None:
    assert cast.ada.episode is not None
    assert cast.ben.episode is not None
    theo, page = sign_in(cast.theo), reverse("couple_of", args=[cast.ada.episode.pk])
    looked = said(theo.get(page))
    assert "Ben" in looked
    assert theo.post(page, {"partner": ""}).status_code == 422
    assert theo.post(page, {"partner": str(uuid4())}).status_code == 422
    answer = theo.post(page, {"partner": str(cast.ben.episode.pk), "seen_on": cast.north.today().isoformat()})
    assert answer.status_code == 303
    with acting_in(cast.north.pk):
        assert DyadMember.objects.current().count() == 2
        assert DyadMember.objects.filter(seen_alone_on__isnull=False).count() == 1
    assert theo.post(reverse("couple_end", args=[cast.ada.episode.pk])).status_code == 303
    assert theo.post(reverse("couple_end", args=[cast.ada.episode.pk])).status_code == 409


def test_the_couples_pages_take_the_same_number_of_statements_however_much_was_shown(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        mine, theirs = couple_given.agreed(cast, frequency=Plan.Frequency.EVENT)
    ada, theo = sign_in(cast.ada), sign_in(cast.theo)
    for number in range(3):
        with vault.session(), acting_in(cast.north.pk), time_machine.travel(timezone.now() + timedelta(seconds=number)):
            vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
            couple_given.shared(cast.ada, mine, ADAS)
            couple_given.shared(cast.ben, theirs, BENS)
        with CaptureQueriesContext(connection) as asked:
            assert ada.get(reverse("couple")).status_code == 200
            assert theo.get(reverse("couple_of", args=[mine.episode_id])).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]
