"""The story clients' twelve weeks, written out: values a digest test can count on (clinical.md section 7).

One module a therapist. Each story is a `Course` by the name in `people.ClientRow.story`; what happens beside the weeks (a mark,
a question, a couple's sheet) is in `telling` and `pairs`, what becomes of a flag in `flags`.
"""

from collections.abc import Mapping

from homework.demo.stories import dario, elif_sarp, hana, joan, marcus, niamh, teo
from homework.demo.weeks import Course

STORIES: Mapping[str, Course] = {
    "amara": hana.AMARA, "karim": hana.KARIM, "olu": hana.OLU,
    "tomas": marcus.TOMAS, "henrik": marcus.HENRIK, "bea": marcus.BEA,
    "ines": elif_sarp.INES, "grace": elif_sarp.GRACE,
    "leila": dario.LEILA, "ruth": dario.RUTH, "jonah": dario.JONAH, "lars": dario.LARS,
    "mirela": niamh.MIRELA, "bianca": niamh.BIANCA, "rosa": niamh.ROSA,
    "sam": joan.SAM, "noor": joan.NOOR, "priya": joan.PRIYA, "owen": joan.OWEN,
    "devon": teo.DEVON,
}  # fmt: skip
