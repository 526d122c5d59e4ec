"""What fits, and how that is said."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clinic import uploads

LARGEST = uploads.A_FILE
"""Bytes of one file, as it arrives and as it is kept."""
LONGEST = 180
"""Seconds of a recording."""
GRACE = 5  # seconds; a recorder that stops itself at three minutes may be a little late
MOST_FILES = 6
MOST_BYTES = 20 * 2**20
"""Files of one entry, and their bytes together."""


class UnfitError(ValueError):
    """This file cannot be kept. The message is for the person who sent it: what fits instead."""


@dataclass(frozen=True)
class Taken:
    """A file as it may be kept."""

    media_type: str
    content: bytes
    seconds: int | None = None


def too_large(kind: str) -> UnfitError:
    """It has too many bytes."""
    if kind == "audio":
        return UnfitError(_("This recording is too large. Up to 5 MB fit, which is about three minutes."))
    return UnfitError(_("This photo is too large. Up to 5 MB fit. You can send it smaller, or take it again."))


def too_long() -> UnfitError:
    """It lasts too long."""
    return UnfitError(_("This recording is longer than three minutes. You can say it in two, or shorter."))


def no_recording() -> UnfitError:
    """Not a recording, or not one that every browser plays."""
    return UnfitError(_("We could not read this as a recording. WebM, Ogg, M4A, MP3 and WAV fit, with sound only."))


def no_photo() -> UnfitError:
    """Not a photo, or not one that every browser shows."""
    return UnfitError(_("We could not read this as a photo. JPEG, PNG and WebP fit."))
