"""Kinds of questions: a closed, small set. To add one, write four things and nothing else:

1. one frozen dataclass with `@kind("word")` in a module of this package (import it below); its attributes are the keys
   a definition may write;
2. its `read(post, name)` (or `understand(text)` when it is one input): never raises, keeps what was typed;
3. its template `templates/worksheets/fields/<word>.html`: the inputs only, label and hint are written around it;
4. its summary: `parts(value)` (or `say(value)` when it is one input), from which every list and page is made.

The round trip in tests/homework/worksheets/test_rendering.py then fails until the new kind is in its table.
"""

from homework.worksheets.kinds import moments  # noqa: F401  (it enters its kinds in KINDS)
from homework.worksheets.kinds.base import KINDS, RESERVED, Answer, Field, Option, Part, ShowIf, Values, as_typed
from homework.worksheets.kinds.bodies import Body
from homework.worksheets.kinds.derived import Change, Night, Shift, Sleep
from homework.worksheets.kinds.earlier import EARLIER, Earlier
from homework.worksheets.kinds.feelings import Feelings, common_source
from homework.worksheets.kinds.files import Audio, File, Photo
from homework.worksheets.kinds.measures import Measure
from homework.worksheets.kinds.numbers import Scale10, Scale100
from homework.worksheets.kinds.overlay import merge, untranslated
from homework.worksheets.kinds.picks import SKIPPED, Item
from homework.worksheets.kinds.post import TEXT_LIMIT, VALUE_LIMIT, Post
from homework.worksheets.kinds.reading import Note
from homework.worksheets.kinds.source import NO_WORDS, DefinitionError, Json, Place, Text, build, dump
from homework.worksheets.kinds.tables import Grid, Ladder, Rows
from homework.worksheets.kinds.timers import Timer
from homework.worksheets.kinds.words import Long

__all__ = [
    "EARLIER",
    "KINDS",
    "NO_WORDS",
    "RESERVED",
    "SKIPPED",
    "TEXT_LIMIT",
    "VALUE_LIMIT",
    "Answer",
    "Audio",
    "Body",
    "Change",
    "DefinitionError",
    "Earlier",
    "Feelings",
    "Field",
    "File",
    "Grid",
    "Item",
    "Json",
    "Ladder",
    "Long",
    "Measure",
    "Night",
    "Note",
    "Option",
    "Part",
    "Photo",
    "Place",
    "Post",
    "Rows",
    "Scale10",
    "Scale100",
    "Shift",
    "ShowIf",
    "Sleep",
    "Text",
    "Timer",
    "Values",
    "as_typed",
    "build",
    "common_source",
    "dump",
    "merge",
    "untranslated",
]
