"""What a client sees after telling that they may not be safe: where to turn now, and what happens with what they said (6.3)."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from clinic.access import Actor, Can
from clinic.models import Episode
from homework.safety import numbers, own_plan, reading
from homework.safety.actions.flag import CONTACT, NOT_SAFE
from homework.safety.models import SafetyFlag
from homework.safety.numbers import Numbers
from homework.safety.reading import Opening


@dataclass(frozen=True)
class Told:
    """Everything on the page. `look_by`: by when somebody is asked to look, in words; empty once somebody has."""

    numbers: Numbers
    opening: Opening
    own_plan: str
    not_safe: bool
    contact: dict[str, str] | None
    is_first: bool
    look_by: str
    by_button: bool


def of(actor: Actor, flag: SafetyFlag) -> Told:
    """The page of one flag. At most five queries."""
    clinic, site = actor.clinic, flag.episode.site
    asked = CONTACT in (flag.kind, flag.choice)
    return Told(
        numbers=numbers.of(clinic, site, numbers.country_of(site)),
        opening=reading.opening(clinic, reading.setup_of(actor), timezone.now()),
        own_plan=own_plan.of(actor),
        not_safe=flag.choice == NOT_SAFE or (flag.kind == NOT_SAFE and not flag.choice),
        contact=flag.contact or {} if asked else None,
        is_first=flag.priority == SafetyFlag.Priority.P1,
        look_by=reading.at(clinic, flag.look_by) if flag.state == SafetyFlag.State.OPEN else "",
        by_button=flag.about_id is None,
    )


def care_of(actor: Actor) -> Episode | None:
    """The open episode of a client who may say that they are not safe; None for everybody else. One query."""
    if not actor.is_client:
        return None
    mine = Episode.objects.permitted(actor, Can.WRITE).filter(client_id=actor.member_id)
    found: Episode | None = mine.exclude(state=Episode.State.ENDED).select_related("client", "clinic").first()
    return found


def standing_page() -> Subquery:
    """To be fetched with a client's episode: the newest flag of theirs that stands, whose page stays one tap away on Today."""
    rows = SafetyFlag.objects.filter(episode_id=OuterRef("pk"), kind__in=SafetyFlag.BY_CLIENT).standing()
    return Subquery(rows.order_by("-raised_at").values("pk")[:1])


def about(actor: Actor, entry: UUID) -> UUID | None:
    """The flag a shared entry of this client's led to, whose page comes after it; None for most. One query."""
    rows = SafetyFlag.objects.permitted(actor, Can.READ).filter(about_id=entry, kind__in=SafetyFlag.BY_CLIENT)
    found: UUID | None = rows.order_by("raised_at").values_list("pk", flat=True).first()
    return found
