"""The admin's board and list of people: names, numbers and dates; never content, and no slower with more clients."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from clinic import vault
from clinic.access import Role, TeamRole
from clinic.actions import people
from clinic.board import Colleague, board_of, offers
from clinic.models import AuditEvent, CareTeamMember, Episode, Invitation, Membership, Site
from clinic.scope import acting_in
from tests.access.world import make_world
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]


def set_places(person: Person, places: int) -> None:
    Membership.objects.filter(pk=person.membership.pk).update(places=places)


def add_clients(cast: Cast, count: int, *, lead: Person | None = None, days: int = 3) -> list[Membership]:
    """Clients called Client 0, 1, 2: waiting, or with a lead. Call inside the clinic's scope and a vault session."""
    site = Site.objects.get(clinic=cast.north)
    rows = []
    for number in range(count):
        member = Membership(clinic=cast.north, role=Role.CLIENT, site=site)
        vault.create_key(clinic_id=cast.north.pk, client_id=member.pk)
        member.client_name = f"Client {number}"
        rows.append(member)
    Membership.objects.bulk_create(rows)
    state = Episode.State.ACTIVE if lead else Episode.State.WAITING
    opened = cast.north.today() - timedelta(days=days)
    episodes = Episode.objects.bulk_create(
        Episode(clinic=cast.north, client=row, site=site, state=state, opened_on=opened) for row in rows
    )
    if lead is not None:
        CareTeamMember.objects.bulk_create(
            CareTeamMember(clinic=cast.north, episode=one, member=lead.membership, role=TeamRole.LEAD, starts_on=opened)
            for one in episodes
        )
    return rows


def queries_of(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return len(found.captured_queries)


# --- the board --------------------------------------------------------------------------------------------------------


def test_the_board_shows_load_room_and_who_waits_longest(north: Cast) -> None:
    set_places(north.theo, 3)
    set_places(north.cora, 1)
    add_clients(north, 2, days=19)
    add_clients(north, 1, days=4)
    board = board_of(north.amy.actor)
    by_name = {one.name: one for one in board.colleagues}
    assert (by_name["Theo"].clients, by_name["Theo"].room, by_name["Theo"].blocks) == (2, 1, ["on", "on", ""])
    assert by_name["Kit"].clients == 1, "a coach's load is whom they coach"
    assert (board.active_count, board.waiting_count, board.longest_days) == (2, 3, 19)
    assert [row.days for row in board.waiting] == [19, 19, 4]
    assert [(site.name, site.active, site.waiting) for site in board.sites] == [("North house", 2, 3)]


def test_more_clients_than_places_are_drawn_as_over(north: Cast) -> None:
    set_places(north.theo, 1)
    theo = next(one for one in board_of(north.amy.actor).colleagues if one.name == "Theo")
    assert (theo.blocks, theo.room_in_words) == (["on", "over"], "1 over")


def test_a_client_is_offered_to_who_has_most_room_at_their_own_site(north: Cast) -> None:
    add_clients(north, 2)
    mill = Site.objects.create(clinic=north.north, name="Mill")
    for person, places in ((north.theo, 9), (north.cora, 4), (north.sol, 0)):
        set_places(person, places)
    Membership.objects.filter(pk=north.theo.membership.pk).update(site=mill)
    here = board_of(north.amy.actor)
    assert [row.offer.name for row in here.waiting if row.offer] == ["Cora", "Cora"], "Theo is at the other site"
    assert all(row.same_site for row in here.waiting)


def test_offers_are_spread_and_stop_when_nobody_has_room(north: Cast) -> None:
    set_places(north.cora, 1)
    set_places(north.sol, 1)
    set_places(north.theo, 2)
    add_clients(north, 3)
    found = [row.offer.name if row.offer else "" for row in board_of(north.amy.actor).waiting]
    assert sorted(found) == ["", "Cora", "Sol"], "Theo is full"


def test_nobody_is_offered_to_a_coach_or_to_somebody_who_has_not_joined(north: Cast) -> None:
    coach = Colleague(Membership(role=Role.COACH, user=north.kit.user, places=9), 0, True)
    invited = Colleague(Membership(role=Role.THERAPIST, places=9), 0, False)
    add_clients(north, 1)
    waiting = list(Episode.objects.waiting().select_related("client"))
    assert offers(waiting, [coach, invited], north.north.today())[0].offer is None


def test_one_click_offers_and_one_more_confirms(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk), vault.session():
        set_places(cast.cora, 5)
        (client,) = add_clients(cast, 1)
        episode = Episode.objects.get(client=client)
    browser = sign_in(cast.amy)
    link = f"{reverse('assign_client', args=[episode.pk])}?to={cast.cora.membership.pk}"
    page = browser.get(reverse("board")).content.decode()
    assert link in page
    assert "Offer to Cora" in page
    confirm = browser.get(link).content.decode()
    assert f'value="{cast.cora.membership.pk}" selected' in confirm
    assert browser.post(link, {"lead": str(cast.cora.membership.pk)}).status_code == 303
    with acting_in(cast.north.pk):
        assert CareTeamMember.objects.get(episode=episode).member_id == cast.cora.membership.pk


def test_a_client_somebody_else_assigned_meanwhile_is_not_assigned_twice(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.amy).post(
        reverse("assign_client", args=[cast.ada.episode.pk]),
        {"lead": str(cast.cora.membership.pk)},  # type: ignore[union-attr]
    )
    assert answer.status_code == 409
    assert "no longer waiting" in answer.content.decode()


def test_invitations_stand_on_the_board_until_somebody_joins(north: Cast) -> None:
    site = Site.objects.get(clinic=north.north)
    member, _token = people.invite_client(by=north.amy.actor, name="Nora", email="nora@example.org", site=site)
    people.invite_staff(by=north.amy.actor, name="Vera", email="vera@example.org", role=Role.COACH)
    first = Invitation.objects.get(membership=member)
    people.send_again(by=north.amy.actor, invitation=first)
    Invitation.objects.filter(email="vera@example.org").update(expires_at=timezone.now() - timedelta(hours=1))
    board = board_of(north.amy.actor)
    rows = {row.invitation.membership.label: row for row in board.invitations}
    assert set(rows) == {"Nora", "Vera"}, "one row a person, however often it was sent"
    assert (rows["Nora"].hours_left, rows["Nora"].ran_out, rows["Vera"].ran_out) == (72, False, True)
    people.withdraw(by=north.amy.actor, invitation=rows["Vera"].invitation)
    Membership.objects.filter(pk=member.pk).update(user=User.objects.create_user("nora@example.org"))
    assert board_of(north.amy.actor).invitations == []


def test_the_board_says_who_has_no_second_step(north: Cast) -> None:
    board = board_of(north.amy.actor)
    assert {one.name for one in board.without_two_steps} == {"Theo", "Sol", "Cora", "Amy", "Kit"}


def test_opening_the_board_leaves_one_event_with_the_ids_of_who_was_named(north: Cast) -> None:
    (client,) = add_clients(north, 1)
    board_of(north.amy.actor)
    event = AuditEvent.objects.get(verb="board.listed")
    assert event.detail == {"clients": [str(client.pk)]}
    assert event.is_read is False


# --- people -----------------------------------------------------------------------------------------------------------


def names_on(page: Any) -> list[str]:
    return [row.member.label for row in page.context["clients"].rows]


def test_the_list_of_people_shows_states_therapists_and_pages(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk), vault.session():
        add_clients(cast, 60)
    browser = sign_in(cast.amy)
    assert len(browser.get(reverse("people")).context["clients"].rows) == 50
    assert len(browser.get(reverse("people"), {"page": "2"}).context["clients"].rows) == 12
    assert browser.get(reverse("people"), {"show": "waiting"}).context["clients"].count == 60
    with_theo = browser.get(reverse("people"), {"with": str(cast.theo.membership.pk)})
    assert [row.lead.name for row in with_theo.context["clients"].rows] == ["Theo", "Theo"]
    assert browser.get(reverse("people"), {"show": "ended"}).context["clients"].count == 0


@pytest.mark.parametrize(("words", "found"), [("ada", 1), ("client 4", 1), ("CLIENT", 5), ("4 cli", 1), ("zzz", 0)])
def test_a_client_is_found_by_words_of_their_sealed_name(cast: Cast, sign_in: SignIn, words: str, found: int) -> None:
    with acting_in(cast.north.pk), vault.session():
        add_clients(cast, 5)
    assert sign_in(cast.amy).get(reverse("people"), {"q": words}).context["clients"].count == found


@pytest.mark.parametrize("asked", [{"page": "zz"}, {"page": "-3"}, {"with": "nobody"}, {"show": "x"}, {"q": "\x00%_'"}])
def test_odd_addresses_are_answered_with_a_list(cast: Cast, sign_in: SignIn, asked: dict[str, str]) -> None:
    assert sign_in(cast.amy).get(reverse("people"), asked).status_code == 200


def test_no_name_is_in_a_message_that_waits_in_the_session(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.amy)
    with acting_in(cast.north.pk):
        site = Site.objects.get(clinic=cast.north)
    new = {"name": "Nora Quill", "email": "nora@example.org", "site": str(site.pk), "language": "en"}
    assert browser.post(reverse("invite", args=["client"]), new).status_code == 303
    assert "Nora" not in str(dict(browser.session))
    assert "Nora Quill" in browser.get(reverse("people")).content.decode()


def test_an_admin_invites_sends_again_and_withdraws_from_pages(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.amy)
    new = {"name": "Vera", "email": "vera@example.org", "role": "coach", "places": "4", "language": "en"}
    assert browser.post(reverse("invite", args=["staff"]), new).status_code == 303
    with acting_in(cast.north.pk):
        row = Invitation.objects.get()
    assert browser.post(reverse("invitation_resend", args=[row.pk]), {"email": "v@example.org"}).status_code == 303
    with acting_in(cast.north.pk):
        row = Invitation.objects.open().get()
    assert row.email == "v@example.org"
    assert browser.post(reverse("invitation_withdraw", args=[row.pk])).status_code == 303
    assert browser.post(reverse("invitation_resend", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize("field", ["name", "email", "site"])
def test_what_was_typed_stays_when_an_invitation_is_refused(cast: Cast, sign_in: SignIn, field: str) -> None:
    with acting_in(cast.north.pk):
        site = Site.objects.get(clinic=cast.north)
    new = {"name": "Nora Quill", "email": "nora@example.org", "site": str(site.pk), "language": "en", field: ""}
    answer = sign_in(cast.amy).post(reverse("invite", args=["client"]), new)
    assert answer.status_code == 422
    assert ("Nora Quill" if field != "name" else "nora@example.org") in answer.content.decode()


def test_a_transfer_from_the_page_says_what_became_of_sessions(cast: Cast, sign_in: SignIn) -> None:
    browser, page = sign_in(cast.amy), reverse("transfer_client", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    assert str(cast.theo.membership.pk) not in browser.get(page).content.decode(), "not to whom they are with"
    answer = browser.post(page, {"to": str(cast.cora.membership.pk), "client_knows": "on"}, follow=True)
    assert "with the new therapist from now on" in answer.content.decode()


# --- walls ------------------------------------------------------------------------------------------------------------

ADMIN_PAGES = ["board", "people", "clinic_settings"]


def admin_addresses(cast: Cast) -> list[str]:
    """Every page an admin has that could show something of a client."""
    episode = cast.ada.episode
    assert episode is not None
    return [
        *(reverse(route) for route in (*ADMIN_PAGES, "settings", "my_security")),
        *(f"{reverse('people')}?{asked}" for asked in ("show=staff", "show=waiting", "show=ended", "q=ada")),
        *(reverse("invite", args=[kind]) for kind in ("client", "staff")),
        *(reverse(route, args=[episode.pk]) for route in ("assign_client", "transfer_client", "care_team")),
        reverse("place_end", args=[cast.ada.membership.pk]),
    ]


def test_no_clinical_content_is_on_any_page_of_an_admin(cast: Cast, sign_in: SignIn) -> None:
    """Full clients, every admin page: no word of theirs, no title of their work, no score (1M)."""
    world = make_world(cast)
    words = [word for one in world.values() for word in one.canaries]
    browser = sign_in(cast.amy)
    for address in admin_addresses(cast):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert [word for word in words if word in text] == [], address
        for title in ("GAD-7", "Thought", "thought record", "score"):
            assert title not in text, (address, title)


@pytest.mark.parametrize("who", ["ada", "theo", "kit", "sol"])
def test_the_admins_pages_are_for_admins(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    for route in ADMIN_PAGES:
        assert browser.get(reverse(route)).status_code == 404
    episode = cast.ada.episode.pk  # type: ignore[union-attr]
    for route in ("assign_client", "transfer_client"):
        assert browser.get(reverse(route, args=[episode])).status_code == 404
    assert browser.post(reverse("place_end", args=[cast.ben.membership.pk])).status_code == 404


def test_an_admin_of_one_clinic_does_not_find_the_people_of_another(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.amy)
    episode = cast.yan.episode.pk  # type: ignore[union-attr]
    for address in (
        reverse("assign_client", args=[episode]),
        reverse("transfer_client", args=[episode]),
        reverse("care_team", args=[episode]),
        reverse("place_end", args=[cast.yan.membership.pk]),
        reverse("place_end", args=[cast.zoe.membership.pk]),
        reverse("place_end", args=[uuid4()]),
    ):
        assert browser.get(address).status_code == 404, address
        assert browser.post(address, {}).status_code == 404, address
    assert names_on(browser.get(reverse("people"), {"q": "yan"})) == []


# --- the same speed for sixty and for six hundred ---------------------------------------------------------------------


def test_the_board_and_the_list_take_the_same_queries_for_60_and_600_clients(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.amy)
    pages = [reverse("board"), reverse("people"), f"{reverse('people')}?show=waiting", f"{reverse('people')}?q=client"]
    with acting_in(cast.north.pk), vault.session():
        add_clients(cast, 40, lead=cast.cora)
        add_clients(cast, 20)
    browser.get(pages[0])
    few = [queries_of(browser, page) for page in pages]
    with acting_in(cast.north.pk), vault.session():
        add_clients(cast, 360, lead=cast.theo)
        add_clients(cast, 180)
    assert [queries_of(browser, page) for page in pages] == few
    assert max(few) <= 21
