"""The table: how each kind of question is written in FHIR.

To add a kind, write a `Shape` in `fhir_shapes`, `fhir_numbers` or `fhir_picks` (one input), or
`fhir_groups` and `fhir_felt` (several), and enter it here, once. A test
fails for a kind without an entry.
"""

from homework.worksheets.exchange import fhir_felt as felt
from homework.worksheets.exchange import fhir_groups as groups
from homework.worksheets.exchange import fhir_numbers as numbers
from homework.worksheets.exchange import fhir_picks as picks
from homework.worksheets.exchange import fhir_shapes as shapes
from homework.worksheets.exchange.fhir_items import SHAPES

SHAPES.update(
    {
        "text": shapes.Shape(),
        "long": shapes.Prose(),
        "ref": shapes.Shape(),
        "s10": numbers.Ends(),
        "s100": numbers.Ends(),
        "number": numbers.ANumber(),
        "duration": numbers.Minutes(),
        "date": shapes.ADay(),
        "time": shapes.ATime(),
        "datetime": shapes.AMoment(),
        "choice": picks.Pick(),
        "checklist": picks.Pick(),
        "yesno": picks.AYesNo(),
        "item": picks.AnItem(),
        "emo": felt.FeelingsGroup(),
        "body": felt.BodyGroup(),
        "rows": groups.Lines(),
        "ladder": groups.Lines(),
        "grid": groups.Day(),
        "timer": felt.TimerGroup(),
        "audio": shapes.AFile(),
        "photo": shapes.AFile(),
        "note": shapes.Words(),
        "change": shapes.WorkedOut(),
        "sleep": shapes.WorkedOut(),
    }
)
