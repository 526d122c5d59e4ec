"""Every worksheet that ships, on a phone and on paper, in both languages, as its client meets it.

With BETWEEN_SHOTS=<folder> it also leaves a picture of each, for a person to look at.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment
from homework.worksheets.definition import load_library
from tests.access.world import version, words_for
from tests.browser.conftest import NARROW, PHONE, Window
from tests.cast import Cast, make_cast
from tests.homework.assignments import couple_given

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Window]
SHOTS = os.environ.get("BETWEEN_SHOTS", "")
SHEETS = [definition.slug for definition in load_library() if definition.slug != "phq-9"]
PARTS = 4


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    with transaction.atomic():
        return make_cast()


def given(cast: Cast, slugs: list[str]) -> Iterator[tuple[str, UUID, UUID]]:
    """Each sheet as Ada's work with an entry begun in its usual size: slug, work, entry."""
    with acting_in(cast.north.pk), vault.session(), transaction.atomic():
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        assert cast.ada.episode is not None
        couple_given.together(cast)  # some sheets are for two
        for slug in slugs:
            work = planning.propose(
                by=cast.theo.actor, episode=cast.ada.episode, version=version(slug), words=words_for("ada")
            )
            planning.confirm(by=cast.ada.actor, assignment=work)
            entry = doing.begin(by=cast.ada.actor, assignment=Assignment.objects.get(pk=work.pk), size="M")
            yield slug, work.pk, entry.pk


@pytest.mark.parametrize("part", range(PARTS))
def test_every_sheet_is_sound_on_a_phone_in_both_languages(cast: Cast, window: Open, part: int) -> None:
    works = list(given(cast, SHEETS[part::PARTS]))
    wrong: list[str] = []
    for language in ("en", "es"):
        User.objects.filter(pk=cast.ada.user.pk).update(language=language)
        there = window(cast.ada, PHONE, dark=language == "es")
        for slug, _work, entry in works:
            page = there.go(reverse("entry", args=[entry]))
            page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"sheet-{slug}-{language}.png"), full_page=True)
            try:
                if language == "en":
                    there.assert_sound(slug)
                page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
                assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], "wider than 320 px"
                assert not there.complaints, there.complaints
            except AssertionError as problem:
                wrong.append(f"{slug} {language}: {str(problem).splitlines()[0]}")
                there.complaints.clear()
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not wrong, "\n".join(wrong)


@pytest.mark.finding("F59")
def test_every_sheet_prints_on_one_or_two_pages(cast: Cast, window: Open) -> None:
    there = window(cast.ada, PHONE)
    long: list[str] = []
    for slug, work, _entry in list(given(cast, SHEETS)):
        page = there.go(reverse("work_paper", args=[work]) + "?size=M")
        for paper in ("A4", "Letter"):
            pdf = page.pdf(format=paper, margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
            pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
            if pages > 2:
                long.append(f"{slug} on {paper}: {pages} pages")
        if SHOTS:
            (Path(SHOTS) / f"paper-{slug}.pdf").write_bytes(pdf)
    assert not long, "\n".join(long)
