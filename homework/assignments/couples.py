"""Couples, as facts: whose couple it is, whether both said yes and were seen alone, which part the partner may read, when.

The reveal rule (F61), in one place:

* Work of a couple is made in pairs: one assignment each, in one moment. Its rounds are counted: the first thing one of them
  shares belongs to the first thing the other shares, the second to the second. What was taken back, and "not today" with
  nothing written, is no round.
* A part for the partner *once it is shared* is shown when its writer shares. A part *when both* is shown when both entries of
  the round are shared and neither was kept back. Every other part, and whatever was kept private, is never shown; nor are files.
* Only while both are in the couple, have said yes and are in care. What was shown stays with the one who has it.

Reads only, and no clinical word of anybody. The copies are made in `actions.couple`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, TeamRole
from clinic.models import CareTeamMember, Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Assignment, Dyad, DyadMember, Entry, PartnerShare
from homework.worksheets import answers
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import File
from homework.worksheets.models import WorksheetVersion

TREATING = (TeamRole.LEAD, TeamRole.COTHERAPIST)
WITH_PEOPLE = ("dyad__made_by", "seen_by", "episode__client__user", "episode__site", "episode__clinic")


@dataclass(frozen=True)
class Pair:
    """A couple from one side: this client's place, and the partner's."""

    mine: DyadMember
    theirs: DyadMember

    @property
    def dyad(self) -> Dyad:
        """The couple."""
        return self.mine.dyad

    @property
    def is_current(self) -> bool:
        """Whether it goes on."""
        return self.mine.left_at is None and self.theirs.left_at is None and self.dyad.ended_at is None

    @property
    def both_said_yes(self) -> bool:
        """Whether each gave a consent of their own."""
        return self.mine.consented_at is not None and self.theirs.consented_at is not None

    @property
    def both_seen_alone(self) -> bool:
        """Whether each was seen alone about safety (F63)."""
        return self.mine.seen_alone_on is not None and self.theirs.seen_alone_on is not None

    @property
    def is_together(self) -> bool:
        """Whether both are in it, in care, and have said yes."""
        in_care = self.mine.episode.is_open and self.theirs.episode.is_open
        return self.is_current and self.both_said_yes and in_care

    @property
    def may_work(self) -> bool:
        """Whether a couple's sheet may be proposed."""
        return self.is_together and self.both_seen_alone


def pair_of(episode_id: UUID, dyad_id: UUID | None = None) -> Pair | None:
    """The couple an episode is in, else the last one it was in; or this very one. Two queries at most."""
    rows = DyadMember.objects.filter(episode_id=episode_id).select_related(*WITH_PEOPLE)
    if dyad_id is not None:
        rows = rows.filter(dyad_id=dyad_id)
    mine: DyadMember | None = rows.order_by("-dyad__created_at", "-pk").first()
    if mine is None:
        return None
    theirs = DyadMember.objects.filter(dyad_id=mine.dyad_id).exclude(episode_id=episode_id)
    return Pair(mine, theirs.select_related(*WITH_PEOPLE).get())


def current_pair(episode_id: UUID) -> Pair | None:
    """The couple an episode is in now."""
    pair = pair_of(episode_id)
    return pair if pair is not None and pair.is_current else None


def waiting(actor: Actor) -> Exists:
    """Whether an invitation to a couple waits for this client's own answer: for a page that fetches the episode anyway."""
    places = DyadMember.objects.current().filter(episode_id=OuterRef("pk"), episode__client_id=actor.member_id)
    return Exists(places.filter(consented_at__isnull=True))


def treats_both(actor: Actor, one: UUID, other: UUID) -> bool:
    """Whether the actor is therapist or co-therapist of both today."""
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id, role__in=TREATING)
    return places.filter(episode_id__in=(one, other)).values("episode_id").distinct().count() == len({one, other})


def treats(actor: Actor, episode_id: UUID) -> bool:
    """Whether the actor is therapist or co-therapist of this one today."""
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id, role__in=TREATING)
    return places.filter(episode_id=episode_id).exists()


def candidates(actor: Actor, episode: Episode) -> list[Episode]:
    """Clients of the actor who could be the other half, by name; none who is in a couple. Opens the names."""
    places = CareTeamMember.objects.current(actor.clinic).filter(
        member_id=actor.member_id, role__in=TREATING, episode_id=OuterRef("pk")
    )
    taken = DyadMember.objects.filter(left_at__isnull=True, episode_id=OuterRef("pk"))
    rows = Episode.objects.active().filter(Exists(places), ~Exists(taken), clinic_id=actor.clinic_id)
    found = list(rows.exclude(pk=episode.pk).select_related("client"))
    audit.opened_list(by=actor, client_ids=[row.client_id for row in found], verb="couple.chosen", names_only=True)
    return sorted(found, key=lambda row: row.client.label.casefold())


# --- before a couple's sheet is proposed ------------------------------------------------------------------------------


def why_closed(pair: Pair | None, *, treated: bool) -> str:
    """What is not there yet, in words for the therapist; "" when a couple's sheet may be proposed (F63)."""
    if pair is None or not pair.is_current:
        return _("This sheet is for two. First make a couple, on the page “Work as a couple”.")
    if not treated:
        return _("A couple’s sheet is proposed by a therapist who treats both.")
    if not pair.both_said_yes:
        return _("This sheet is for two. It opens when both have said yes, each on their own page.")
    if not pair.both_seen_alone:
        return _("First see each partner alone about safety, and note both days on the page “Work as a couple”.")
    if not pair.may_work:
        return _("One of the two is no longer in care here, so nothing new can be planned for both.")
    return ""


def gate(actor: Actor, episode: Episode, definition: Definition) -> str | None:
    """For the page that composes a proposal: None when the sheet is for one, else `why_closed`."""
    if not definition.couple:
        return None
    pair = current_pair(episode.pk)
    treated = pair is not None and treats_both(actor, episode.pk, pair.theirs.episode_id)
    return why_closed(pair, treated=treated)


def check(by: Actor, episode: Episode, version: WorksheetVersion) -> Pair | None:
    """The couple this sheet is for, None when the sheet is for one.

    Raises ActionRefused (409) until both said yes and both were seen alone about safety (F63), or when the proposer does
    not treat both; also for a copy made for one of them.
    """
    if not version.parsed.couple:
        return None
    pair = current_pair(episode.pk)
    treated = pair is not None and treats_both(by, episode.pk, pair.theirs.episode_id)
    closed = why_closed(pair, treated=treated)
    if closed:
        raise ActionRefused(closed)
    if version.worksheet.for_client_id is not None:
        raise ActionRefused(_("This copy was made for one person. A sheet for two is the same for both."))
    return pair


# --- rounds, and who reads what ---------------------------------------------------------------------------------------


def twin_of(work: Assignment) -> Assignment | None:
    """The partner's half of a couple's work: made in the same moment (which the proposal sees to)."""
    if work.dyad_id is None or work.version is None:
        return None
    halves = Assignment.objects.filter(dyad_id=work.dyad_id, created_at=work.created_at)
    same = halves.filter(version__worksheet_id=work.version.worksheet_id).exclude(episode_id=work.episode_id)
    found: Assignment | None = same.select_related("episode__client", "version__worksheet").first()
    return found


def rounds(work: Assignment) -> list[Entry]:
    """What was shared of one half, in order: what counts as a round. Its sealed parts are not fetched."""
    rows = Entry.objects.shared().filter(assignment=work, started=True).order_by("shared_at", "pk")
    return list(rows.defer("answers", "kept_private"))


def partner_keys(definition: Definition, *, both: bool) -> list[str]:
    """The questions whose answers go to the partner: once shared, and with `both` those that wait for both."""
    wanted = {"shared", "when_both"} if both else {"shared"}
    fields = definition.by_key.values()
    return [one.key for one in fields if one.partner in wanted and not one.computed and not isinstance(one, File)]


def shown_parts(definition: Definition, entry: Entry, *, both: bool) -> dict[str, Any]:
    """The answers the partner may read: never what was kept private, nor an answer to a question that is not asked now."""
    seen, _hidden = answers.visible(definition, entry.answers or {}, entry.kept_private or ())
    return {
        key: seen[key]
        for key in partner_keys(definition, both=both)
        if key in seen and answers.started(seen[key]) and _asked(definition, key, seen)
    }


def _asked(definition: Definition, key: str, values: dict[str, Any]) -> bool:
    field = definition.by_key[key]
    return field.show_if is None or field.show_if.holds(values)


def labels(definition: Definition, keys: Sequence[str]) -> list[str]:
    """The questions in words."""
    return [str(definition.by_key[key].label) for key in keys if key in definition.by_key]


def to_show(entry: Entry, definition: Definition) -> tuple[str, list[str]] | None:
    """What the page before sharing asks about: the partner's name and the parts they would read. None when it is for one."""
    work = entry.assignment
    if work.dyad_id is None or not definition.couple:
        return None
    pair = pair_of(entry.episode_id, work.dyad_id)
    if pair is None or not pair.is_together:
        return None
    return pair.mine.partner_name or "", labels(definition, list(shown_parts(definition, entry, both=True)))


def shares_for(entry: Entry) -> list[PartnerShare]:
    """What the partner showed in the round of this entry, ready to be read; nothing sealed of the partner is fetched."""
    if entry.assignment.dyad_id is None:
        return []
    return list(shared_with(entry.episode_id).filter(own_entry=entry))


def shared_with(episode_id: UUID) -> Any:
    """What a partner shows this client, newest first: rows of this client's own episode, with the sheet they belong to."""
    sheet = ("entry__version__worksheet", "entry__assignment__version__worksheet", "dyad")
    sealed = ("entry__answers", "entry__kept_private")
    rows = PartnerShare.objects.filter(episode_id=episode_id).select_related(*sheet, "episode")
    return rows.defer(*sealed).order_by("-revealed_at", "-pk")
