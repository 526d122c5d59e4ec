"""What a page says about taking a worksheet along."""

from django import template

from homework.worksheets.definition import Definition
from homework.worksheets.exchange.fhir_lost import what_is_lost
from homework.worksheets.exchange.leaving import NAMES, may_leave

register = template.Library()
register.simple_tag(may_leave, name="why_it_stays")
register.simple_tag(lambda: list(NAMES.items()), name="file_formats")


@register.simple_tag
def lost_in_fhir(definition: Definition) -> list[str]:
    """What other systems will not see."""
    return what_is_lost(definition)
