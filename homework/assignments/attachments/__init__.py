"""Taking in a recording or photo: from whatever a phone sends to something that holds the sound or picture and no more.

    photo.py   decoded and drawn anew as JPEG
    audio.py   the container is known by its bytes; Ogg, MP3 and WAV are stripped here
    webm.py    built anew from the sound alone
    mp4.py     everything but the sound is blanked in place

Nothing here touches the database, and nothing believes the name or the type the browser sent.
"""

from homework.assignments.attachments import audio, photo
from homework.assignments.attachments.limits import (
    LARGEST,
    LONGEST,
    MOST_BYTES,
    MOST_FILES,
    Taken,
    UnfitError,
    too_large,
)

__all__ = ["LARGEST", "LONGEST", "MOST_BYTES", "MOST_FILES", "Taken", "UnfitError", "take_in"]

BY_KIND = {"audio": audio.clean, "photo": photo.clean}


def take_in(kind: str, content: bytes, size: int) -> Taken:
    """The file, made safe to keep. `size`: how many bytes arrived, which may be more than `content` has.

    Raises UnfitError with a message for the person.
    """
    if size > LARGEST or len(content) > LARGEST:
        raise too_large(kind)
    taken = BY_KIND[kind](content)
    if len(taken.content) > LARGEST:
        raise too_large(kind)
    return taken
