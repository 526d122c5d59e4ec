"""Who is at Larkfield: staff, clients, and which course each client takes.

Nobody here is real. Addresses end in example.org. Sixty clients: Harbour Street 34, Millfield 26.
"""

import random
import unicodedata
from dataclasses import dataclass

SEED = 20240709
HARBOUR, MILLFIELD = "Harbour Street", "Millfield"


def address(name: str) -> str:
    """An e-mail address at example.org, in plain letters."""
    plain = unicodedata.normalize("NFKD", name.replace("Dr ", "")).encode("ascii", "ignore").decode().lower()
    return ".".join(plain.replace("'", "").split()) + "@example.org"


@dataclass(frozen=True)
class Staff:
    """A member of staff."""

    name: str
    role: str
    site: str
    approach: str = ""
    places: int = 0
    is_supervisor: bool = False
    is_safety_lead: bool = False


@dataclass(frozen=True)
class ClientRow:
    """A client: whose, where, in which language, on which course."""

    name: str
    lead: str
    site: str
    course: str
    language: str = "en"
    weekday: int = 0  # days from today to the coming session
    hour: int = 10
    weeks: int = 12  # how many weeks ago it began
    story: str = ""  # the written-out course, when this client has one
    pin: str = ""  # opens their screen again, and says yes on the therapist's


STAFF: tuple[Staff, ...] = (
    Staff("Petra Lund", "admin", HARBOUR),
    Staff("Colm Reyes", "admin", MILLFIELD),
    Staff("Dr Hana Vesely", "therapist", HARBOUR, "cbt", 14, is_supervisor=True, is_safety_lead=True),
    Staff("Marcus Oyelaran", "therapist", HARBOUR, "cbt", 14),
    Staff("Elif Sarp", "therapist", MILLFIELD, "psychodynamic", 12),
    Staff("Joan Whitcombe", "therapist", HARBOUR, "couples", 12),
    Staff("Dario Conti", "therapist", MILLFIELD, "act", 12),
    Staff("Niamh Brody", "therapist", MILLFIELD, "cbt", 8),
    Staff("Teo Lindqvist", "coach", HARBOUR, "coaching", 6),
)

HANA, MARCUS, ELIF = "Dr Hana Vesely", "Marcus Oyelaran", "Elif Sarp"
JOAN, DARIO, NIAMH, TEO = "Joan Whitcombe", "Dario Conti", "Niamh Brody", "Teo Lindqvist"

STORY: tuple[ClientRow, ...] = (
    ClientRow("Amara Quist", HANA, HARBOUR, "improver", weekday=0, hour=11, story="amara"),
    ClientRow("Karim Haddad", HANA, HARBOUR, "no_learning", weekday=1, hour=14, story="karim"),
    ClientRow("Olu Fashanu", HANA, HARBOUR, "finished", weekday=2, hour=9, story="olu"),
    ClientRow("Tomas Ferrin", MARCUS, HARBOUR, "stall", weekday=0, hour=15, story="tomas", pin="4071"),
    ClientRow("Henrik Dahl", MARCUS, HARBOUR, "care_load", weekday=0, hour=17, story="henrik"),
    ClientRow("Bea Novak", MARCUS, HARBOUR, "dropout", weekday=3, hour=10, story="bea"),
    ClientRow("Ines Kalu", ELIF, MILLFIELD, "ambivalent", weekday=1, hour=10, story="ines"),
    ClientRow("Grace Thornton", ELIF, MILLFIELD, "asks", weekday=2, hour=15, story="grace"),
    ClientRow("Leila Baran", DARIO, MILLFIELD, "privacy", weekday=1, hour=16, story="leila"),
    ClientRow("Ruth Amaral", DARIO, MILLFIELD, "unsure", weekday=0, hour=13, story="ruth"),
    ClientRow("Jonah Petrov", DARIO, MILLFIELD, "worse", weekday=0, hour=18, story="jonah"),
    ClientRow("Lars Eide", DARIO, MILLFIELD, "uneven", weekday=3, hour=11, story="lars"),
    ClientRow("Mirela Stan", NIAMH, MILLFIELD, "uneven", weekday=2, hour=10, story="mirela"),
    ClientRow("Bianca Toller", NIAMH, MILLFIELD, "worse", weekday=4, hour=12, story="bianca"),
    ClientRow("Rosa Mendieta", NIAMH, MILLFIELD, "culture", "es", weekday=1, hour=12, story="rosa"),
    ClientRow("Sam Whitlock", JOAN, HARBOUR, "couple", weekday=2, hour=17, story="sam"),
    ClientRow("Noor Whitlock", JOAN, HARBOUR, "couple", weekday=2, hour=18, story="noor"),
    ClientRow("Priya Castell", JOAN, HARBOUR, "couple", weekday=3, hour=17, story="priya"),
    ClientRow("Owen Castell", JOAN, HARBOUR, "couple", weekday=3, hour=18, story="owen"),
    ClientRow("Devon Marsh", TEO, HARBOUR, "coached", weekday=1, hour=9, story="devon"),
)

FIRST = [
    "Ada",
    "Bram",
    "Carla",
    "Dev",
    "Edda",
    "Finn",
    "Gita",
    "Hugo",
    "Ilse",
    "Jun",
    "Kofi",
    "Lena",
    "Milo",
    "Nadia",
    "Oskar",
    "Pia",
    "Quentin",
    "Rhea",
    "Sven",
    "Tara",
    "Umar",
    "Vera",
    "Wim",
    "Xenia",
    "Yusuf",
    "Zora",
    "Alba",
    "Bruno",
    "Cleo",
    "Dina",
    "Emre",
    "Faye",
    "Goran",
    "Hedda",
    "Ivo",
    "Jana",
    "Kian",
    "Livia",
    "Mats",
    "Nuria",
]
LAST = [
    "Abara",
    "Beck",
    "Cruz",
    "Dahlin",
    "Eklund",
    "Faber",
    "Gallo",
    "Holm",
    "Ivers",
    "Jensen",
    "Kaya",
    "Lowe",
    "Moran",
    "Novel",
    "Okafor",
    "Pratt",
    "Quill",
    "Rossi",
    "Stark",
    "Tahir",
    "Ueda",
    "Varga",
    "Webb",
    "Xu",
    "Young",
    "Zeller",
    "Adler",
    "Bosch",
    "Conway",
    "Duarte",
    "Egan",
    "Frost",
    "Greer",
    "Hale",
    "Ito",
    "Jarvis",
    "Kent",
    "Lund",
    "Mercer",
    "Nash",
]

# How many clients each therapist has in all, and the courses still to be given out (20 clients are named above).
CASELOADS = {HANA: 11, MARCUS: 12, ELIF: 9, JOAN: 10, DARIO: 10, NIAMH: 7, TEO: 1}
COURSES_LEFT = (
    ["improver"] * 8
    + ["sudden"] * 3
    + ["uneven"] * 3
    + ["stall"] * 4
    + ["privacy"] * 3
    + ["care_load"] * 3
    + ["forgetful"] * 3
    + ["ambivalent", "unsure"]
    + ["no_learning"]
    + ["worse"]
    + ["couple"] * 4
    + ["dropout"] * 2
    + ["culture"] * 2
    + ["finished"]
)


def clients() -> list[ClientRow]:
    """All sixty, always the same: the story clients, then the others drawn with the fixed seed."""
    draw = random.Random(SEED)  # noqa: S311 - invented people, not secrets
    firsts, lasts = draw.sample(FIRST, len(FIRST)), draw.sample(LAST, len(LAST))
    rows = list(STORY)
    courses = [course for course in COURSES_LEFT if course != "couple"]
    draw.shuffle(courses)
    places = [lead for lead, size in CASELOADS.items() for _ in range(size - sum(row.lead == lead for row in STORY))]
    couples = iter(["couple"] * 4)
    for number, lead in enumerate(places):
        course = next(couples, "") if lead == JOAN else ""
        rows.append(
            ClientRow(
                name=f"{firsts[number]} {lasts[number]}",
                lead=lead,
                site=HARBOUR if sum(row.site == HARBOUR for row in rows) < 34 and lead != NIAMH else MILLFIELD,
                course=course or courses.pop(),
                language="es" if lead == NIAMH and number % 3 == 0 else "en",
                weekday=number % 5,
                hour=9 + number % 8,
                weeks=draw.choice((12, 12, 11, 10, 8, 6)),
            )
        )
    return rows


WAITING = ("Mina Sorel", "Jakob Frey", "Aiko Tan")
