"""A copy made for one client goes all the way like any other sheet: agreed, written, shared, digested, reviewed."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment
from homework.reviews.actions.digest import build_digest
from homework.worksheets.actions import drafts
from tests.access.world import make_world, version, words_for
from tests.cast import Cast
from tests.homework.worksheets.test_drafts import SignIn

TITLE = "Just for Ada, zqtitlexv"


@pytest.fixture
def week(cast: Cast) -> dict[str, str]:
    """Ada's work on a copy of her own, begun and shared; and the pages somebody may open about it."""
    things = make_world(cast)["ada"]
    ada, theo = cast.ada.actor, cast.theo.actor
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        draft = drafts.copy(by=theo, version=version("w08"), for_client=cast.ada.membership)
        draft = drafts.save(by=theo, draft=draft, table={**draft.words, "title": TITLE}, rev=0)
        made = drafts.publish(by=theo, draft=draft)
        assert cast.ada.episode is not None
        work = planning.propose(by=theo, episode=cast.ada.episode, version=made, words=words_for("ada"))
        planning.confirm(by=ada, assignment=work)
        entry = doing.begin(by=ada, assignment=Assignment.objects.get(pk=work.pk), size="M")
        sharing.share(
            by=ada, entry=entry, values={"prediction": "He says no", "happened": "He came over"}, kept_private=[],
            after=sharing.After(amount=4, engaged=7, learned=6), key=uuid4(),
        )  # fmt: skip
        build_digest(things.appointment, by=theo)
    pages = {name: reverse(name, args=[work.pk]) for name in ("assignment", "review", "task", "work_paper")}
    pages |= {name: reverse(name) for name in ("today", "work", "notes", "therapist_home", "caseload")}
    pages |= {"entry": reverse("entry", args=[entry.pk]), "digest": reverse("digest", args=[things.appointment])}
    pages["client_page"] = reverse("client_page", args=[things.episode])
    return pages


def opened(browser: Client, pages: dict[str, str], *names: str) -> dict[str, str]:
    found = {}
    for name in names:
        answer = browser.get(pages[name])
        assert answer.status_code == 200, name
        found[name] = answer.content.decode()
    return found


def test_both_of_them_find_it_on_every_page(cast: Cast, week: dict[str, str], sign_in: SignIn) -> None:
    client = opened(sign_in(cast.ada), week, "today", "work", "notes", "task", "entry", "work_paper")
    for name in ("work", "task", "entry", "work_paper"):
        assert TITLE in client[name], name
    staff = ("therapist_home", "caseload", "client_page", "assignment", "review", "digest", "work_paper")
    therapist = opened(sign_in(cast.theo), week, *staff)
    for name in ("client_page", "assignment", "review"):
        assert TITLE in therapist[name], name


@pytest.mark.parametrize("who", ["ben", "amy", "zoe"])
def test_nobody_else_reads_its_words_anywhere(cast: Cast, week: dict[str, str], sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    for name, path in week.items():
        assert TITLE not in browser.get(path).content.decode(), name
