"""What was said beside answers, on pages of apps that do not know of reviews: `{% load comments %}`.

{% beside_entries readings episode may_say as beside %}   of a page of entries, for the care team; one query
{% beside_my_entry entry as beside %}                      of one entry, for its client
{{ beside|of_entry:pk }}  {{ talk|said_at:key }}           of one entry, of one answer
{% wording_lists %}                                        what the browser needs to underline (F29, F32)
{% quotable readings ticked %}                             the sentences that can be taken in, as boxes to tick (F31)
{% kept_notes episode %}                                   what the reader kept for the session, for them alone (F32)
{% quoted quotes work %}                                   quotes as they are shown, each linked to its entry
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import template

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments.models import Entry
from homework.assignments.story import Reading
from homework.reviews import comments, process_notes, quoting, wording
from homework.worksheets import summary
from homework.worksheets.definition import Definition

register = template.Library()
LINES = 40  # of one list of sentences


@register.simple_tag(takes_context=True)
def beside_entries(
    context: dict[str, Any], readings: Sequence[Reading], episode: Episode, may_say: bool = False
) -> dict[UUID, comments.Beside]:
    """What was said about each entry of a page, by the entry's id. One query."""
    rows = [one.entry for one in readings]
    return comments.by_entry(rows, episode, context["actor"], may_say=may_say, origin="assignment")


@register.simple_tag(takes_context=True)
def beside_my_entry(context: dict[str, Any], entry: Entry) -> comments.Beside | None:
    """What was said about one entry, for its client; None while it is a draft or taken back. At most two queries."""
    actor: Actor = context["actor"]
    return comments.by_entry([entry], entry.episode, actor).get(entry.pk)


@register.filter
def of_entry(beside: Mapping[UUID, comments.Beside] | str | None, pk: UUID) -> comments.Beside | None:
    """Of a page's entries, this one."""
    return beside.get(pk) if isinstance(beside, Mapping) else None


@register.filter
def unread_in(beside: Mapping[UUID, comments.Beside] | str | None, shown: Sequence[Reading] | Reading) -> bool:
    """Whether a reply to these entries (or this one) is new: what is looked at now is not folded away."""
    rows = shown if isinstance(shown, Sequence) else [shown]
    found = [of_entry(beside, one.entry.pk) for one in rows]
    return any(talk.unread for talk in found if talk is not None)


@register.filter
def said_at(talk: comments.Beside, key: str) -> list[comments.Said]:
    """Of everything said about an entry, what is about this answer."""
    return talk.by_key.get(key, [])


@register.simple_tag
def said_elsewhere(
    talk: comments.Beside, definition: Definition | None, values: Any, kept_private: Any, for_client: bool = False
) -> list[comments.Said]:
    """What is about the whole entry, or about an answer that the page does not show by itself."""
    if definition is None:
        return talk.all
    there = summary.shown(definition, values or {}, kept_private or (), for_client=for_client)
    return talk.elsewhere(one.field.key for one in there if not one.private)


@register.inclusion_tag("reviews/_wording.html")
def wording_lists() -> dict[str, Any]:
    """The lists and the script that underlines."""
    return {"lists": wording.for_page()}


@register.inclusion_tag("reviews/_quotable.html")
def quotable(readings: Iterable[Reading], ticked: Sequence[str] | None = None, name: str = "quotes") -> dict[str, Any]:
    """The client's sentences of these entries."""
    lines = [line for one in readings for line in quoting.lines(one.entry, ticked=ticked or ())][:LINES]
    return {"lines": lines, "name": name, "open": any(line.ticked for line in lines)}


@register.inclusion_tag("reviews/_kept_notes.html", takes_context=True)
def kept_notes(context: dict[str, Any], episode: Episode, heading: str = "h2") -> dict[str, Any]:
    """What was kept for the session and is not put away. One query."""
    actor: Actor = context["actor"]
    notes = process_notes.kept(actor, episode) if actor.is_clinician else []
    return {"notes": notes, "heading": heading, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("reviews/_quotes.html", takes_context=True)
def quoted(context: dict[str, Any], stored: Any, work: UUID | None = None) -> dict[str, Any]:
    """Quotes with their day, linked to the entry; the care team sees none of an entry that was taken back since."""
    actor: Actor = context["actor"]
    gone = () if actor.is_client or not stored else quoting.taken_back([stored])
    return {"quotes": quoting.shown(stored, gone), "work": work, "for_client": actor.is_client}
