"""A version of a worksheet as a file to take along, in one of our formats or in FHIR."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic.refusal import ActionRefused
from homework.worksheets.definition import Definition
from homework.worksheets.exchange import own
from homework.worksheets.exchange.fhir_out import questionnaire
from homework.worksheets.kinds import Json
from homework.worksheets.models import WorksheetVersion

TYPES = {
    "toml": "application/toml; charset=utf-8",
    "json": "application/json",
    "fhir": "application/fhir+json; charset=utf-8",
}
NAMES = {"toml": "TOML", "json": "JSON", "fhir": "FHIR"}
ENDINGS = {"toml": "toml", "json": "json", "fhir": "fhir.json"}


@dataclass(frozen=True)
class Leaving:
    """A file. Its name tells the worksheet's number in the library and nothing about therapy."""

    name: str
    content_type: str
    text: str


def may_leave(definition: Definition) -> str:
    """Why a worksheet cannot be taken along; empty when it can."""
    if definition.measure and definition.measure.licence_status == "bring_your_own":
        return _("The wording of this measure is used under your clinic’s own licence, so it stays here.")
    return ""


def leaving(version: WorksheetVersion, kind: str) -> Leaving:
    """A version as a file. Raises ActionRefused (403) for a wording that may not be passed on."""
    definition = version.parsed
    if reason := may_leave(definition):
        raise ActionRefused(reason, status=403)
    if kind == "toml":
        text = own.to_toml(definition)
    elif kind == "json":
        text = own.to_json(definition)
    else:
        text = json.dumps(fhir(version), ensure_ascii=False, indent=2) + "\n"
    return Leaving(f"worksheet-{version.worksheet.slug}-{version.number}.{ENDINGS[kind]}", TYPES[kind], text)


def fhir(version: WorksheetVersion) -> Json:
    """A version as an R4 Questionnaire. Raises ActionRefused (403) for a wording that may not be passed on."""
    if reason := may_leave(version.parsed):
        raise ActionRefused(reason, status=403)
    return questionnaire(version.parsed, version=version.number, at=version.published_at)
