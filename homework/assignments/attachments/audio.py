"""A recording: what it is, is told by its bytes; what is kept is the sound, without tags, dates, names or programs.

What browsers record (WebM, MP4, Ogg) and what people have (MP3, WAV) is taken; anything with pictures in it is not.
"""

from io import BytesIO
from math import ceil
from typing import Any

from mutagen import apev2, id3
from mutagen.mp3 import MP3
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from homework.assignments.attachments import mp4, webm
from homework.assignments.attachments.limits import GRACE, LONGEST, Taken, UnfitError, no_recording, too_long


def clean(content: bytes) -> Taken:
    """The sound and nothing else. Raises UnfitError."""
    try:
        media_type, cleaned, seconds = _by_container(content)
    except UnfitError:
        raise
    except Exception:  # whatever a reader says about hostile bytes, it is not a recording
        raise no_recording() from None
    if seconds is not None and seconds > LONGEST + GRACE:
        raise too_long()
    return Taken(media_type, cleaned, None if seconds is None else max(1, ceil(seconds)))


def _by_container(content: bytes) -> tuple[str, bytes, float | None]:
    """Media type, cleaned content and length in seconds, None where it cannot be told."""
    if content[:4] == b"\x1a\x45\xdf\xa3":
        return "audio/webm", *webm.clean(content)
    if content[4:8] == b"ftyp":
        return "audio/mp4", *mp4.clean(content)
    if content[:4] == b"OggS":
        return "audio/ogg", *_ogg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav", *_wav(content)
    if content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        return "audio/mpeg", *_mp3(content)
    raise no_recording()


def _ogg(content: bytes) -> tuple[bytes, float]:
    """Ogg with one stream of Opus or Vorbis; its comments and the name of the program are emptied."""
    source = BytesIO(content)
    streams, last = set(), None
    while source.tell() < len(content):  # to the end: a page that is none raises, so nothing hides behind the sound
        last = OggPage(source)  # type: ignore[no-untyped-call]
        streams.add(last.serial)
    if len(streams) != 1 or last is None:
        raise no_recording()
    source.seek(0)
    sound: Any = (OggOpus if b"OpusHead" in content[:64] else OggVorbis)(source)  # mutagen's types know no tags
    sound.tags.clear()
    sound.tags.vendor = ""
    sound.tags._pad_data = b""  # bytes that a program may have put behind the comments
    source.seek(0)
    sound.save(source, padding=lambda info: 0)
    return source.getvalue(), float(sound.info.length)


def _mp3(content: bytes) -> tuple[bytes, float]:
    """MP3 without ID3 (both places) and APE tags, as often as they were put on."""
    source = BytesIO(content)
    before = -1
    while before != (before := len(source.getvalue())):
        for tags in (id3, apev2):
            source.seek(0)
            tags.delete(source)
    stripped = source.getvalue()
    sound: Any = MP3(BytesIO(stripped))  # type: ignore[no-untyped-call]
    if sound.tags or sound.info.sketchy or stripped[:1] != b"\xff" or any(mark in stripped for mark in LEFT_OVER):
        raise no_recording()
    return stripped, float(sound.info.length)


LEFT_OVER = (b"APETAGEX", b"LYRICSBEGIN", b"LYRICS200")


def _wav(content: bytes) -> tuple[bytes, float]:
    """PCM in a RIFF file: of its parts, only the format and the samples are copied."""
    parts: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        parts.setdefault(name, content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    form, samples = parts[b"fmt "][:16], parts[b"data"]
    encoding, rate = int.from_bytes(form[:2], "little"), int.from_bytes(form[8:12], "little")
    if encoding not in (1, 3) or not rate or len(form) != 16 or not samples:
        raise no_recording()
    kept = b"".join(
        name + len(part).to_bytes(4, "little") + part + b"\0" * (len(part) % 2)
        for name, part in ((b"fmt ", form), (b"data", samples))
    )
    return b"RIFF" + (len(kept) + 4).to_bytes(4, "little") + b"WAVE" + kept, len(samples) / rate
