"""What other systems will not see of a worksheet in FHIR, in plain sentences for the person who exports it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Field


def what_is_lost(definition: Definition) -> list[str]:
    """One sentence for each thing that only Between reads. It all comes back when the file comes back here."""
    return list(_sentences(definition))


def _sentences(definition: Definition) -> Iterator[str]:
    yield _(
        "Other systems do not show the first step, what counts, the cautions, the example and the notes for therapists."
    )
    yield _("They know nothing of keeping a part to oneself: what is filled in there is seen as it is.")
    if len(definition.sizes) > 1:
        yield _("They show every question at once; the smaller size is only known here.")
    if definition.measure:
        yield from _of_a_measure(definition)
    kinds = {one.kind for field in definition.questions for one in (field, *_columns(field))}
    for found, sentence in (
        (
            {"change", "sleep"},
            _("What is worked out from other answers (before and after, a night) is not shown there."),
        ),
        ({"timer"}, _("There is no timer that counts down, only the seconds and the ratings.")),
        ({"body"}, _("There is no figure of the body, only the list of places.")),
        ({"ref"}, _("What was written earlier on another sheet is not offered there; it is typed anew.")),
        ({"audio", "photo"}, _("Recordings and photos stay here; only that there is one goes along.")),
        ({"grid"}, _("A day in parts becomes groups in groups, which can be long to scroll.")),
        ({"datetime"}, _("A day with a time is sent with a time zone; here it is what the clock on the wall said.")),
    ):
        if kinds & found:
            yield sentence
    if any(getattr(field, "link", "") for field in definition.questions):
        yield _("Links in texts to read are not shown there.")
    if definition.couple:
        yield _("They do not know what partners see of each other’s answers.")
    if not definition.measure and any(field.show_if and field.show_if.field for field in definition.questions):
        yield _("Questions that depend on another answer are left out there until it is given; here they stay visible "
                "without a script.")  # fmt: skip


def _of_a_measure(definition: Definition) -> Iterator[str]:
    assert definition.measure is not None
    yield _("Bands, cut-offs, reliable change and what a risky answer sets off are only known here.")
    yield _(
        "The total is worked out only by systems that know SDC expressions; “I’d rather not answer” is not offered there."
    )
    if any(item.scale for item in definition.measure.items):
        yield _("Items answered on a slider are not added up there.")


def _columns(field: Field) -> tuple[Field, ...]:
    return tuple(getattr(field, "all_columns", ()))
