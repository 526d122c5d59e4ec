"""What Larkfield has arranged: its safety set-up (6.8), its lines of help, an absence with its cover, a questionnaire it brought."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db import transaction

from clinic import access, vault
from clinic.access import Actor
from clinic.actions import absence, appointments
from clinic.models import Clinic
from clinic.scope import acting_in
from homework.demo import life, nudged
from homework.demo.clock import at
from homework.demo.people import DARIO, ELIF, HANA, MARCUS
from homework.reviews.actions import figures, night, service
from homework.reviews.models import Figures
from homework.safety.actions import ladder, rehearsal, resource, setup
from homework.safety.models import ClinicResource
from homework.worksheets import instruments
from homework.worksheets.actions import instruments as bringing

Kind = ClinicResource.Kind
STALE = timedelta(days=400)
LINES = (
    {
        "kind": Kind.EMERGENCY,
        "name": "Emergency",
        "about": "Ambulance, police, fire",
        "phone": "999",
        "hours": "day and night",
    },
    {
        "kind": Kind.CRISIS,
        "name": "Samaritans",
        "about": "Somebody to talk to",
        "phone": "116 123",
        "hours": "day and night",
    },
    {
        "kind": Kind.TEXT,
        "name": "Shout",
        "about": "By text, for when speaking aloud is not possible",
        "sms": "SHOUT to 85258",
    },
    {"kind": Kind.VIOLENCE, "name": "Harbour refuge line (demo)", "phone": "020 7946 0157", "hours": "day and night"},
    {"kind": Kind.LOW_COST, "name": "Quayside listening (demo)", "about": "Pay what you can", "phone": "020 7946 0163"},
    {
        "kind": Kind.PRACTICAL,
        "name": "Data vouchers at our desk",
        "about": "Ask; nobody asks why",
        "phone": "020 7946 0018",
    },
)
OLD_LINE = {
    "kind": Kind.CRISIS, "name": "Millfield night line (demo)", "about": "For the villages around Millfield",
    "phone": "020 7946 0171", "hours": "8 in the evening to 2 at night",
}  # fmt: skip
DONE = (
    (Figures.Kind.BARRIERS, "A room with a tablet at Millfield, free on weekdays from 12 to 2.", 40),
    (Figures.Kind.EQUITY, "Audio readings in Spanish for the ten sheets used most.", 26),
    (Figures.Kind.EQUITY, "Data vouchers at both desks; nobody asks why.", 12),
)
WSAS_ITEMS = (
    "Demo item one, about work.",
    "Demo item two, about home.",
    "Demo item three, about going out with others.",
    "Demo item four, about time alone.",
    "Demo item five, about people close by.",
)  # fmt: skip


def arrange_safety(staff: dict[str, Actor]) -> None:
    """Everything the set-up gate asks for, so that the PHQ-9 may be used; one crisis line was last checked long ago."""
    petra, hana = staff["Petra Lund"], staff[HANA]
    setup.set_hours(by=petra, hours=dict.fromkeys(range(5), (time(9), time(17))))
    setup.set_targets(by=petra, p1_minutes=60, p2_minutes=120, rung_minutes=120, reads_within_days=2)
    setup.set_leads(by=petra, lead=hana.member, deputy=staff[MARCUS].member)
    setup.set_rota(by=petra, rota={day: staff[ELIF if day in (1, 3) else MARCUS].member for day in range(5)})
    setup.set_policy(
        by=petra,
        policy="Ring the same day. Ask directly. Write down what was said and what was agreed.",
        emergency_department="Harbour General, East Quay, day and night (demo)",
        local_policies={
            "harm_to_others": "Speak with the safety lead before anything else.",
            "child": "Ring the children’s team of the town the same day.",
            "partner_violence": "See them alone. Nothing in writing at home.",
        },
    )
    setup.approve_wording(by=petra, approved_by="Dr Hana Vesely", approved_on=petra.clinic.today())
    for line in LINES:
        resource.add(by=petra, checked=True, **line)
    rehearse(petra, hana)


def rehearse(petra: Actor, hana: Actor) -> None:
    """A test flag walked through end to end."""
    test = rehearsal.start(by=petra, handler=hana.member)
    rehearsal.see(by=hana, rehearsal=test)
    rehearsal.plan(by=hana, rehearsal=test, plan="Ring, ask, write it down.")
    rehearsal.close(by=hana, rehearsal=test)


def add_old_line(clinic: Clinic, petra: Actor, now: datetime) -> None:
    """A line of the second site that nobody has called for more than a year: shown to clients, asked about to admins."""
    site = clinic.sites.get(name="Millfield")
    row = resource.add(by=petra, checked=True, site=site, **OLD_LINE)
    ClinicResource.objects.filter(pk=row.pk).update(verified_on=clinic.today(now) - STALE)


@transaction.atomic
def settle(clinic: Clinic, now: datetime) -> None:
    """How the house stands today: what the workers' sweeps would have done by now, an instrument brought, an old line."""
    with acting_in(clinic.pk), vault.session(), at(now):
        petra = life.staff_of(clinic)["Petra Lund"]
        if not ClinicResource.objects.filter(name=OLD_LINE["name"]).exists():
            add_old_line(clinic, petra, now)
            bring_an_instrument(petra)
        nudged.send_the_past(clinic, now)
        nudged.remind(clinic, now)
        night.look(by=access.system(clinic, "night signals"))
        night.watch_starts(by=access.system(clinic, "starts"))
        for month in figures.due(clinic, now):
            figures.make(by=access.system(clinic, "figures"), month=month)
        for kind, text, days in DONE:
            service.note(by=petra, kind=kind, text=text, done_on=clinic.today(now) - timedelta(days=days))
        appointments.mark_held(by=access.system(clinic, "sessions"))
        ladder.climb(by=access.system(clinic, "safety ladder"))


def away_from(now: datetime, clinic: Clinic) -> datetime:
    """The Monday on which Dario’s two weeks away begin: weeks six and seven."""
    day = clinic.today(now) - timedelta(weeks=6, days=1)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, time(8), clinic.zone)


def be_away(clinic: Clinic, staff: dict[str, Actor], now: datetime) -> None:
    """Dario is away in weeks six and seven; Hana said yes to cover before it began."""
    begins = away_from(now, clinic)
    dario, hana = staff[DARIO], staff[HANA]
    with at(begins - timedelta(days=12)):
        row = absence.ask(
            by=dario,
            member=dario.member,
            cover=hana.member,
            starts_on=begins.date(),
            ends_on=begins.date() + timedelta(days=13),
        )
    with at(begins - timedelta(days=11)):
        absence.answer(by=hana, absence=row, yes=True)


def bring_an_instrument(petra: Actor) -> None:
    """The WSAS: the wording is the clinic’s own affair, so the demo has placeholders where the questions would be."""
    structure = instruments.structure_of("wsas")
    assert structure is not None
    wording = replace(
        instruments.placeholder(structure), stem="Placeholders; the wording belongs to its owner.", items=WSAS_ITEMS
    )
    bringing.word(
        by=petra,
        structure=structure,
        wording=wording,
        reference="Letter of permission, kept in the office (demo)",
        permission=True,
    )
