"""Entries in the API, as shapes: what a request may say, and what is told of an entry to whom.

What is kept private never leaves: others are told which parts there are, never what is in them.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.access import Actor
from clinic.api_schema import Problem
from clinic.api_views import Ask, Body
from homework.assignments import additions, after_sharing, couple_pages
from homework.assignments.actions.addition import OWN
from homework.assignments.api.plans import line, rating
from homework.assignments.days import marks
from homework.assignments.forms.plan import TEXT
from homework.assignments.models import AfterCheck, CopingPlan, Entry, EntryAddition, Obstacle, Plan
from homework.assignments.planning import agreed
from homework.worksheets import answers
from homework.worksheets.definition import Definition

BY_THE_CLIENT = [choice for choice in EntryAddition.Kind.choices if choice[0] in OWN]

# --- what a request may say ------------------------------------------------------------------------------------------


class BeginIn(Body):
    """Which work to do, and how much of it."""

    assignment = serializers.UUIDField()
    size = serializers.ChoiceField(choices=Plan.Size.choices, required=False, help_text="Left out: as agreed.")


class WrittenIn(Body):
    """What is written. What is left out stays as it is; null takes an answer away."""

    rev = serializers.IntegerField(min_value=0, max_value=10**9, help_text="The `rev` this grew from.")
    answers = serializers.DictField(required=False, help_text="Answers by the key of their question.")
    kept_private = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        max_length=200,
        help_text="All parts kept private, by their keys.",
    )


class DraftIn(WrittenIn):
    """What is written so far."""

    size = serializers.ChoiceField(choices=Plan.Size.choices, required=False)


class CameUpIn(Body):
    """What became of one if-then plan."""

    id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=[choice for choice in CopingPlan.Outcome.choices if choice[0]])


class AfterIn(Body):
    """Looking back; everything may stay unanswered (2.6)."""

    amount = serializers.ChoiceField(choices=Entry.Amount.choices, required=False, allow_null=True)
    engaged = rating()
    learned = rating()
    hard = rating()
    progress = rating()
    pleasant = rating()
    mood_before = rating(help_text="Where the worksheet has no answer of its own.")
    mood_after = rating(help_text="Where the worksheet has no answer of its own.")
    obstacles = serializers.ListField(
        child=serializers.ChoiceField(choices=Obstacle.choices), required=False, max_length=len(Obstacle.choices)
    )
    wish = serializers.ChoiceField(choices=AfterCheck.Wish.choices, required=False, allow_blank=True)
    words = line(max_length=TEXT)
    reaction = line(max_length=TEXT, help_text="To doing it. Where the worksheet has no answer of its own.")
    elsewhere = line(max_length=TEXT, help_text="Where else this could be used.")
    if_thens = serializers.ListField(child=CameUpIn(), required=False, max_length=20)


class ShareIn(WrittenIn):
    """What to share. Sending the same once more shares nothing twice and answers the same."""

    submission_key = serializers.UUIDField(help_text="Made by the sender, once for each thing to share.")
    after = AfterIn(required=False)
    for_partner = serializers.BooleanField(
        required=False, help_text="Of a couple's work: show the partner their parts. Left out, nothing is shown."
    )
    reading_noted = serializers.BooleanField(
        required=False,
        help_text="The client knows that nobody reads straight away. Asked for before the first sharing and every 90 days.",
    )


class AdditionIn(Body):
    """Something more about what was shared, or something to put right. What was shared stays as it is."""

    kind = serializers.ChoiceField(choices=BY_THE_CLIENT)
    key = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Of the question; left out: to all of it."
    )
    words = serializers.CharField(max_length=TEXT)
    submission_key = serializers.UUIDField(help_text="Made by the sender: sent twice, it is kept once.")


# --- what is told ----------------------------------------------------------------------------------------------------


class EntryRow(serializers.Serializer[Entry]):
    """One entry in the list, without its answers."""

    id = serializers.UUIDField()
    assignment = serializers.UUIDField(source="assignment_id")
    episode = serializers.UUIDField(source="episode_id")
    state = serializers.ChoiceField(choices=Entry.State.choices)
    on = serializers.SerializerMethodField()
    size = serializers.ChoiceField(choices=Plan.Size.choices)
    stepped_down = serializers.BooleanField(help_text="The client made it smaller. Smaller is done, too.")
    amount = serializers.ChoiceField(choices=Entry.Amount.choices, allow_null=True)
    depth = serializers.FloatField(allow_null=True, help_text="0 to 10; never merged with the amount.")
    shared_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.DateField(help_text="The local day it tells about."))
    def get_on(self, row: Any) -> Any:
        """The local day it was planned for, else the one it was written on."""
        return marks.day_of(row.slot_on, row.captured_at, row.zone if hasattr(row, "zone") else row.plan.zone)


class AfterOut(serializers.Serializer[AfterCheck]):
    """What the client said afterwards: ratings of 0 to 10 that were given, and their words."""

    ratings = serializers.DictField(child=serializers.IntegerField())
    obstacles = serializers.ListField(child=serializers.ChoiceField(choices=Obstacle.choices))
    wish = serializers.ChoiceField(choices=AfterCheck.Wish.choices, allow_blank=True)
    words = serializers.SerializerMethodField()
    reaction = serializers.SerializerMethodField()
    elsewhere = serializers.SerializerMethodField()

    def get_words(self, after: AfterCheck) -> str:
        """Anything to ask or tell."""
        return str((after.words or {}).get("tell", ""))

    def get_reaction(self, after: AfterCheck) -> str:
        """Their reaction to doing it, or to not doing it."""
        return str((after.words or {}).get("reaction", ""))

    def get_elsewhere(self, after: AfterCheck) -> str:
        """Where else they could use it."""
        return str((after.words or {}).get("elsewhere", ""))


class AdditionOut(serializers.Serializer[Any]):
    """What was said about it afterwards: by whom, when, and to which question."""

    kind = serializers.ChoiceField(choices=EntryAddition.Kind.choices)
    key = serializers.CharField(allow_blank=True, help_text="Of the question; empty: to all of it.")
    author = serializers.CharField()
    at = serializers.DateTimeField()
    content = serializers.JSONField(
        allow_null=True, help_text="An answer, or words as `text`; null where its part is kept private."
    )


class PartnerPartsOut(serializers.Serializer[Any]):
    """Parts the partner shows."""

    on = serializers.DateField(help_text="The local day they were shown.")
    answers = serializers.DictField(source="values", help_text="Answers by the key of their question.")


class PartnerOut(serializers.Serializer[Any]):
    """Of a couple's work: what the partner shows in the same round. Null when it is work for one."""

    name = serializers.CharField(help_text="The partner's first name.")
    kept_back = serializers.BooleanField(help_text="The client shows nothing of this entry.")
    parts = PartnerPartsOut(source="shown", many=True)

    def to_representation(self, row: Entry) -> Any:
        """The copies in the client's own record, nothing of the partner's."""
        found = couple_pages.beside(row, self.context["reader"].user.time_zone)
        return super().to_representation(found) if found is not None else None


class ScoreOut(serializers.Serializer[Any]):
    """The score of a measure. `total` is null when too many questions are open. A zero is no sign of safety."""

    measure = serializers.CharField()
    total = serializers.IntegerField(allow_null=True)
    prorated = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of open questions.")
    band = serializers.CharField(required=False, help_text="For the care team only.")


class CopyOut(serializers.Serializer[Any]):
    """The other text, when two devices wrote into one draft."""

    id = serializers.UUIDField()
    answers = serializers.DictField()
    created_at = serializers.DateTimeField()


def definition_of(row: Entry) -> Definition:
    """The worksheet the entry answers, in the reader's language."""
    return agreed.spoken(row.sheet)


class HelpPageOut(serializers.CharField):
    """Where the client is to be led now, empty where nowhere (6.3)."""

    def to_representation(self, row: Any) -> str:
        """The path of a page."""
        reader: Actor | None = self.context.get("reader")
        if reader is None or row.state == Entry.State.DRAFT:
            return ""
        return after_sharing.page_of_flag(reader, row)


class EntryDetail(EntryRow):
    """One entry. Others than its client are not told when it was written, nor what is in the parts kept private."""

    plan = serializers.UUIDField(source="plan_id")
    answers = serializers.SerializerMethodField()
    kept_private = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    additions = serializers.SerializerMethodField()
    partner = PartnerOut(source="*", required=False, allow_null=True, help_text="For the client only.")
    rev = serializers.IntegerField(required=False, help_text="For the client only.")
    captured_at = serializers.DateTimeField(required=False, help_text="For the client only.")
    saved_at = serializers.DateTimeField(required=False, help_text="For the client only.")
    copies = CopyOut(many=True, required=False, help_text="For the client only.")
    help_page = HelpPageOut(
        source="*",
        required=False,
        help_text="For the client only: the page to show after a risky answer, with numbers to call; else empty.",
    )

    OWN = ("partner", "rev", "captured_at", "saved_at", "copies", "help_page")

    @property
    def reader(self) -> Actor:
        """Who reads."""
        reader: Actor = self.context["reader"]
        return reader

    def get_fields(self) -> dict[str, Any]:
        """Without what is for the client only, when somebody else reads."""
        fields = super().get_fields()
        return fields if self.is_own() else {name: field for name, field in fields.items() if name not in self.OWN}

    def is_own(self) -> bool:
        """Whether the client reads; the schema shows what a client gets."""
        return "reader" not in self.context or self.reader.is_client

    @extend_schema_field(serializers.DictField(help_text="Answers by the key of their question."))
    def get_answers(self, row: Entry) -> Any:
        """All for their client; without the parts kept private for others."""
        return row.answers or {} if self.is_own() else self._shown(row)[0]

    @extend_schema_field(
        serializers.ListField(child=serializers.CharField(), help_text="Parts that only the client can read.")
    )
    def get_kept_private(self, row: Entry) -> Any:
        """For the client what they chose; for others which parts were written and are not shown."""
        return row.kept_private or [] if self.is_own() else self._shown(row)[1]

    def _shown(self, row: Entry) -> tuple[dict[str, Any], list[str]]:
        return answers.visible(definition_of(row), row.answers or {}, row.kept_private or [])

    @extend_schema_field(AfterOut(allow_null=True))
    def get_after(self, row: Entry) -> Any:
        """What was said afterwards, once it is shared."""
        after = getattr(row, "after", None)
        return AfterOut(after).data if after is not None else None

    @extend_schema_field(ScoreOut(allow_null=True))
    def get_score(self, row: Entry) -> Any:
        """The score of a measure. Clients see their number without the name of a range."""
        score = getattr(row, "score", None)
        if score is None:
            return None
        told = {"measure": score.measure, **{name: score.result[name] for name in ("total", "prorated", "missing")}}
        return ScoreOut(told if self.is_own() else told | {"band": score.result["band"]}).data

    @extend_schema_field(AdditionOut(many=True))
    def get_additions(self, row: Entry) -> Any:
        """What was added since it was shared, oldest first."""
        return AdditionOut(additions.of(row, self.reader), many=True).data


class Conflict(Problem):
    """Somewhere else was written too, and both texts are kept: `answers` is the draft now, `copies` the other text."""

    rev = serializers.IntegerField()
    answers = serializers.DictField()
    copies = CopyOut(many=True)


class EntriesAsk(Ask):
    """Narrow the list."""

    episode = serializers.UUIDField(required=False)
    assignment = serializers.UUIDField(required=False)
