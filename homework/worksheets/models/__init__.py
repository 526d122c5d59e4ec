"""Worksheets, their immutable versions, drafts of the next version, and what a clinic or a person chose about them.

A `Worksheet` is a place in the library; a `WorksheetVersion` holds one definition (JSON, with its hash) and never changes
once it exists: assignments are pinned to it. Shipped worksheets belong to no clinic and are synced from
`homework/worksheets/library/*.toml` by `manage.py prepare`. Clinic-made ones grow in a `Draft` and come through the same
parser; a copy made for one client is sealed with that client's key, like everything else that is about them.
"""

from homework.worksheets.models.choices import Attestation, Edge, Favourite, SwitchedOn
from homework.worksheets.models.draft import Draft, DraftBeside
from homework.worksheets.models.worksheet import Worksheet, WorksheetVersion, sync_library

__all__ = [
    "Attestation",
    "Draft",
    "DraftBeside",
    "Edge",
    "Favourite",
    "SwitchedOn",
    "Worksheet",
    "WorksheetVersion",
    "sync_library",
]
