"""What the demo's people did with the library: favourites, a sheet of their own, a copy for one client, a sheet switched on,
and what two clients say suits them."""

from datetime import datetime, timedelta

import time_machine
from django.db import transaction

from clinic import audit, vault
from clinic.access import Actor
from clinic.models import Clinic, Episode, Membership
from clinic.scope import acting_in
from homework.assignments.actions import fit
from homework.demo.people import ELIF, HANA, JOAN, MARCUS, NIAMH, address
from homework.worksheets.actions import choices, drafts
from homework.worksheets.models import Favourite, Worksheet, WorksheetVersion

FAVOURITES = {
    MARCUS: ("w02", "w08", "w44"), HANA: ("w04", "w12", "w20"), ELIF: ("w31", "w35", "w36"), JOAN: ("w28", "w29"),
}  # fmt: skip
NOTHING_SAID = {
    "in_use": True, "time_of_day": "", "device": "", "ways": [], "shape": "", "company": "", "energy": "", "language": "",
    "avoid": [], "faith": "", "senses": "", "worked": "",
}  # fmt: skip


@transaction.atomic
def arrange(clinic: Clinic, now: datetime) -> None:
    """Arrange the shelf as it stands today. Twice is the same as once."""
    with acting_in(clinic.pk), vault.session(), time_machine.travel(now - timedelta(days=9), tick=False):
        if Favourite.objects.exists():
            return
        staff = _staff(clinic)
        for name, slugs in FAVOURITES.items():
            for slug in slugs:
                choices.keep_near(by=staff[name], worksheet=_newest(slug).worksheet, wanted=True)
        _a_sheet_of_our_own(staff[MARCUS])
        notes = _newest("w34").worksheet
        choices.switch_on(by=staff["Petra Lund"], worksheet=notes, supervisor=staff[HANA].member)
        _for_one_client(clinic, staff[NIAMH], "Rosa Mendieta")
        _what_suits(
            clinic, "Leila Baran", time_of_day="evening", company="alone", energy="short", avoid=["writing_load"]
        )
        _what_suits(
            clinic, "Grace Thornton", ways=["writing"], shape="free", avoid=["eye_contact", "counting"],
            worked="Writing a few lines on the bus, without a number in sight.",
        )  # fmt: skip


def _staff(clinic: Clinic) -> dict[str, Actor]:
    rows = Membership.objects.current().filter(clinic=clinic).exclude(role="client").select_related("user")
    return {row.display_name: Actor(row.user, row, clinic, row.role) for row in rows if row.user is not None}


def _newest(slug: str) -> WorksheetVersion:
    rows = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic__isnull=True).select_related("worksheet")
    return rows.order_by("-number")[0]


def _a_sheet_of_our_own(by: Actor) -> Worksheet:
    """Published once, and the next version begun."""
    draft = drafts.copy(by=by, version=_newest("w08"))
    table = draft.words | {
        "title": "One small question",
        "known_as": "Asking to find out",
        "purpose": "Ask somebody one small thing, and see what happens.",
    }
    table["es"] = table["es"] | {
        "title": "Una pregunta pequeña",
        "known_as": "Preguntar para saber",
        "purpose": "Preguntarle a alguien una cosa pequeña y ver qué pasa.",
    }
    made = drafts.publish(by=by, draft=drafts.save(by=by, draft=draft, table=table, rev=draft.rev))
    nextone = drafts.edit(by=by, worksheet=made.worksheet)
    later = nextone.words | {"first_step": "Write the question down, as short as it can be."}
    drafts.save(by=by, draft=nextone, table=later, rev=nextone.rev)
    return made.worksheet


def _for_one_client(clinic: Clinic, by: Actor, name: str) -> None:
    """A copy with words of their own; sealed, and on nobody else's shelf."""
    client = Membership.objects.filter(clinic=clinic, user__email=address(name)).first()
    if client is None:
        return
    audit.opened_list(by=by, client_ids=[client.pk], verb="worksheet.tailored_read", names_only=True)
    draft = drafts.copy(by=by, version=_newest("w26"), for_client=client)
    table = draft.words
    table["es"] = table["es"] | {
        "title": "Decirlo, en mi casa",
        "purpose": "Probar qué pasa cuando dices lo que necesitas en familia.",
    }
    drafts.publish(by=by, draft=drafts.save(by=by, draft=draft, table=table, rev=draft.rev))


def _what_suits(clinic: Clinic, name: str, **said: object) -> None:
    client = Membership.objects.select_related("user").filter(clinic=clinic, user__email=address(name)).first()
    if client is None or client.user is None:
        return
    vault.open_contents([client.pk])
    episode = Episode.objects.select_related("client").get(client=client)
    by = Actor(client.user, client, clinic, client.role)
    fit.say_what_suits(by=by, episode=episode, said=NOTHING_SAID | said, rev=0)
