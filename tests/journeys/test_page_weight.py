"""What a worksheet's page costs a phone on a poor line: its largest sheet, compressed, with everything it loads."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment
from homework.worksheets.definition import load_library
from tests.access.world import version, words_for
from tests.cast import Cast
from tests.homework.worksheets.test_drafts import SignIn

BUDGET = 30_000  # bytes, HTML + CSS + JS


def weigh(browser: Client, path: str) -> int:
    html = browser.get(path).content
    total = len(gzip.compress(html, 6))
    for address in set(re.findall(rb'(?:href|src)="/static/([^"]+\.(?:css|js))"', html)):
        name = re.sub(r"\.[0-9a-f]{12}\.", ".", address.decode())
        total += len(gzip.compress((Path(settings.BASE_DIR) / "static" / name).read_bytes(), 9))
    return total


def test_the_heaviest_sheets_stay_under_30_kilobytes(cast: Cast, sign_in: SignIn) -> None:
    heavy = sorted(
        (one for one in load_library() if not one.measure),
        key=lambda one: sum(field.inputs + (40 if field.kind == "emo" else 0) for field in one.layout("L")),
    )[-3:]
    browser = sign_in(cast.ada)
    for definition in heavy:
        with acting_in(cast.north.pk), vault.session():
            vault.open_contents([cast.ada.membership.pk])
            assert cast.ada.episode is not None
            work = planning.propose(
                by=cast.theo.actor, episode=cast.ada.episode, version=version(definition.slug), words=words_for("ada")
            )
            planning.confirm(by=cast.ada.actor, assignment=work)
            entry = doing.begin(
                by=cast.ada.actor, assignment=Assignment.objects.get(pk=work.pk), size=definition.size_code("L")
            )
        weight = weigh(browser, reverse("entry", args=[entry.pk]))
        print(definition.slug, weight)
        assert weight <= BUDGET, f"{definition.slug}: {weight} bytes"
