"""What the builder calls the attributes of a definition: label, and help under it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.models import Membership
from homework.worksheets import catalogue
from homework.worksheets.kinds import KINDS

Words = tuple[Promise | str, Promise | str]

ATTRIBUTES: dict[str, Words] = {
    # a question
    "label": (_("Question"), ""),
    "hint": (_("Help under it"), ""),
    "section": (_("A heading above it"), _("Starts a new part, such as “After you tried it”.")),
    "sensitive_hint": (_("Why somebody might keep it private"), _("Puts “just for me” right under the question.")),
    "required_for_share": (_("Ask for it before sharing"), _("Saving never asks for anything.")),
    "low": (_("What the lowest means"), ""),
    "high": (_("What the highest means"), ""),
    "min": (_("At least"), ""),
    "max": (_("At most"), ""),
    "whole": (_("Whole numbers only"), ""),
    "unit": (_("Unit"), ""),
    "rows": (_("Lines to start with"), ""),
    "options": (_("To pick from"), _("One a line.")),
    "parts_of_day": (_("Parts of the day"), _("One a line.")),
    "days": (_("Days: 1 for today, 7 for a week"), ""),
    "row_label": (_("What one row is called"), _("“Step” makes Step 1, Step 2.")),
    "step_label": (_("What a step is called"), ""),
    "rating_label": (_("What its rating asks"), ""),
    "lengths": (_("Lengths to choose from, in seconds"), _("With commas: 60, 300.")),
    "lines": (_("Words while it runs"), _("One a line.")),
    "check_ins": (_("How often it asks"), ""),
    "check_label": (_("What it asks then, 0 to 100"), ""),
    "text": (_("Text"), _("An empty line starts a new paragraph.")),
    "tone": (_("Look"), ""),
    "link": (_("Link"), _("An address that starts with https://, or the word help for the page Help now.")),
    "link_label": (_("Words of the link"), ""),
    "licence": (_("Why this text may be used here"), ""),
    "worksheet": (_("Short name of the other sheet"), _("Such as w06.")),
    "field": (_("Key of its question"), ""),
    "column": (_("Key of the column"), _("Only where that question has rows.")),
    "again": (_("Rates again the feelings of"), ""),
    "before": (_("Before"), ""),
    "after": (_("After"), ""),
    "into_bed": (_("Got into bed"), ""),
    "tried": (_("Tried to sleep"), ""),
    "fell_asleep_after": (_("Fell asleep after"), ""),
    "awake_in_night": (_("Awake in the night"), ""),
    "woke": (_("Woke"), ""),
    "got_up": (_("Got up"), ""),
    "partner": (_("Who else reads it"), _("Only on a sheet for a couple.")),
    # the sheet
    "title": (_("Title"), _("What the client reads. Fit to be seen over a shoulder.")),
    "known_as": (_("Known as"), _("The name therapists know it by.")),
    "purpose": (_("What it is for"), ""),
    "why": (_("Why it may help"), _("A seed. It is rewritten for each person.")),
    "first_step": (_("A first step of about two minutes"), ""),
    "counts_as_some": (_("What counts as some"), ""),
    "counts_as_all": (_("What counts as all"), ""),
    "family": (_("Shelf"), ""),
    "kind": (_("Kind of work"), ""),
    "modalities": (_("Approaches"), ""),
    "frequency": (_("How often"), ""),
    "min_role": (_("Who may offer it"), ""),
    "cautions": (_("Think of"), ""),
    "caution_note": (_("What to think of, in a sentence"), ""),
    "contexts": (_("Where it can be done"), ""),
    "outcome": (_("What it is after"), _("Noticing has no amounts and no targets.")),
    "mood_fields": (_("Ask for mood before and after"), ""),
    "closing_fields": (_("Ask what was tried and found out"), ""),
    "left_out_because": (_("Why one of these is left out"), ""),
    "locked": (_("Prepared in session first"), ""),
    "lock_reason": (_("What has to be there first"), ""),
    "couple": (_("For two clients together"), ""),
    "introduce": (_("Bringing it in"), ""),
    "review": (_("Asking about it"), ""),
    "person": (_("Who it is in the example"), _("A made-up first name and half a sentence.")),
    "minutes": (_("Minutes"), ""),
}
SIZE_LABEL = (_("What this size is"), "")

CODES: dict[str, dict[str, Promise | str]] = {
    "family": dict(catalogue.FAMILIES),
    "modalities": dict(Membership.Approach.choices),
    "cautions": dict(catalogue.CAUTIONS),
    "contexts": dict(catalogue.CONTEXTS),
    "kind": {
        "practice": _("Practice"),
        "monitor": _("Notice and note"),
        "read": _("Read"),
        "approach": _("Step by step"),
    },
    "frequency": {"once": _("Once"), "daily": _("Daily"), "weekly": _("Weekly"), "event": _("When it happens")},
    "min_role": {"therapist": _("Therapists"), "coach": _("Therapists and coaches")},
    "outcome": {"action": _("Doing"), "awareness": _("Noticing")},
    "tone": {"": _("Calm"), "care": _("With care")},
    "partner": {
        "": _("The client and their therapist"),
        "shared": _("The partner too, once shared"),
        "when_both": _("Both, once both have shared"),
        "private": _("Never the partner"),
    },
}

QUESTIONS: dict[str, Promise] = {
    "text": _("Words, one line"),
    "long": _("Words, long"),
    "s10": _("Rating 0 to 10"),
    "s100": _("Rating 0 to 100"),
    "emo": _("Feelings"),
    "choice": _("Pick one"),
    "checklist": _("Pick several"),
    "yesno": _("Yes or no"),
    "rows": _("Rows"),
    "ladder": _("Ladder of steps"),
    "grid": _("Parts of the day"),
    "number": _("Number"),
    "duration": _("Minutes"),
    "date": _("Day"),
    "time": _("Time"),
    "datetime": _("Day and time"),
    "timer": _("Timer"),
    "body": _("Places of the body"),
    "note": _("Something to read"),
    "ref": _("From an earlier sheet"),
    "audio": _("Recording"),
    "photo": _("Photo"),
    "change": _("Change, before and after"),
    "sleep": _("A night in numbers"),
}
IN_A_CELL = [kind for kind in QUESTIONS if KINDS[kind].fits_a_cell]
LANGUAGES = {"en": _("English"), "es": _("Spanish")}
