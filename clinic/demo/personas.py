"""Whom a newcomer can be in the demo: one line each on who they are and what to look at."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Persona:
    """One person of the demo clinic to sign in as."""

    email: str
    name: str
    part: "str | Promise"
    about: "str | Promise"


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "tomas.ferrin@example.org",
        "Tomas Ferrin",
        _("Client"),
        _("Had a slow start and made his work smaller. His PIN is 4071. Best on a phone-sized window."),
    ),
    Persona(
        "marcus.oyelaran@example.org",
        "Marcus Oyelaran",
        _("Therapist"),
        _("Sees Tomas today. Start with the digest, review his work, agree on the next plan on one screen."),
    ),
    Persona(
        "petra.lund@example.org",
        "Petra Lund",
        _("Clinic admin"),
        _("People, places and waiting clients. She never reads what clients write."),
    ),
    Persona(
        "amara.quist@example.org",
        "Amara Quist",
        _("Client"),
        _("Twelve weeks in, step by step, in her own words."),
    ),
    Persona(
        "rosa.mendieta@example.org",
        "Rosa Mendieta",
        _("Client, in Spanish"),
        _("The same pages in Spanish."),
    ),
    Persona(
        "hana.vesely@example.org",
        "Dr Hana Vesely",
        _("Therapist, supervisor and safety lead"),
        _("Has clients of her own, and says why before she reads a colleague’s."),
    ),
    Persona(
        "dario.conti@example.org",
        "Dario Conti",
        _("Therapist"),
        _("One answer waits for him: it is first on his page and on top of the digest. See what was done, and when."),
    ),
    Persona(
        "jonah.petrov@example.org",
        "Jonah Petrov",
        _("Client"),
        _("Had harder weeks. Help now is one tap away on every page, and his own plan comes first there."),
    ),
    Persona(
        "bianca.toller@example.org",
        "Bianca Toller",
        _("Client"),
        _(
            "Grieving, and writing a letter that stays here. Her therapist sees that it got harder; no alarm is made of it."
        ),
    ),
    Persona(
        "elif.sarp@example.org",
        "Elif Sarp",
        _("Therapist"),
        _("With Ines, listening comes first just now. The page that plans says why."),
    ),
    Persona(
        "joan.whitcombe@example.org",
        "Joan Whitcombe",
        _("Therapist of couples"),
        _("Sam and Noor did a sheet for two. Each part says who reads it."),
    ),
    Persona(
        "noor.whitlock@example.org",
        "Noor Whitlock",
        _("Client in a couple"),
        _("Sees what Sam showed her, and nothing else of his."),
    ),
    Persona(
        "teo.lindqvist@example.org",
        "Teo Lindqvist",
        _("Coach"),
        _("Works on one skill with one client. Measures stay closed to him."),
    ),
    Persona(
        "devon.marsh@example.org",
        "Devon Marsh",
        _("Client of the coach"),
        _("Plans his time in small steps."),
    ),
)
