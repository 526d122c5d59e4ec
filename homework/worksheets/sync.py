"""Bringing the shipped library into the database."""

from homework.worksheets.definition import load_library
from homework.worksheets.models import sync_library


def sync_shipped_library(*, using: str) -> None:
    """Every TOML file of the library becomes a version, if it changed. Runs as the owner of the tables."""
    sync_library(load_library(), using=using)
