"""What the demo's people did with the library: favourites, sheets of their own, a copy for one client, a sheet switched on.

Two sheets of the clinic's own are due to be looked at again.
"""

from datetime import date, datetime, timedelta

import time_machine
from django.db import transaction

from clinic import audit, vault
from clinic.access import Actor
from clinic.models import Clinic, Membership
from clinic.scope import acting_in
from homework.demo.people import ELIF, HANA, JOAN, MARCUS
from homework.worksheets.actions import choices, drafts
from homework.worksheets.models import Favourite, Worksheet, WorksheetVersion

FAVOURITES = {
    MARCUS: ("w02", "w08", "w44"), HANA: ("w04", "w12", "w20"), ELIF: ("w31", "w35", "w36"), JOAN: ("w28", "w29"),
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
        _a_sheet_of_our_own(staff[MARCUS], (now - timedelta(days=20)).date())
        _another(staff[HANA], (now - timedelta(days=3)).date())
        notes = _newest("w34").worksheet
        choices.switch_on(by=staff["Petra Lund"], worksheet=notes, supervisor=staff[HANA].member)


def _staff(clinic: Clinic) -> dict[str, Actor]:
    rows = Membership.objects.current().filter(clinic=clinic).exclude(role="client").select_related("user")
    return {row.display_name: Actor(row.user, row, clinic, row.role) for row in rows if row.user is not None}


def _newest(slug: str) -> WorksheetVersion:
    rows = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic__isnull=True).select_related("worksheet")
    return rows.order_by("-number")[0]


def _a_sheet_of_our_own(by: Actor, due: date) -> Worksheet:
    """Published once, and the next version begun; it was to be looked at again on the day `due`."""
    draft = drafts.copy(by=by, version=_newest("w08"))
    table = draft.words | {
        "title": "One small question",
        "known_as": "Asking to find out",
        "purpose": "Ask somebody one small thing, and see what happens.",
        "review_due": due.isoformat(),
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


def _another(by: Actor, due: date) -> None:
    """One more of the clinic's own, due as well."""
    draft = drafts.copy(by=by, version=_newest("w33"))
    table = draft.words | {"title": "Three good minutes", "review_due": due.isoformat()}
    table["es"] = table["es"] | {"title": "Tres minutos buenos"}
    drafts.publish(by=by, draft=drafts.save(by=by, draft=draft, table=table, rev=draft.rev))


def for_one_client(by: Actor, client: Membership) -> WorksheetVersion:
    """A copy of “Saying it” with words of their own; sealed, and on nobody else's shelf."""
    audit.opened_list(by=by, client_ids=[client.pk], verb="worksheet.tailored_read", names_only=True)
    draft = drafts.copy(by=by, version=_newest("w26"), for_client=client)
    table = draft.words
    table["es"] = table["es"] | {
        "title": "Decirlo, en mi casa",
        "purpose": "Probar qué pasa cuando lo dices en una carta, o con tu tía al lado.",
    }
    return drafts.publish(by=by, draft=drafts.save(by=by, draft=draft, table=table, rev=draft.rev))
