"""WebM, what most browsers record: one Opus track, built anew from the sound alone.

Mutagen does not know this container, so its few elements are read here (RFC 8794, RFC 9559). Everything that is not
copied is gone: tags, titles, dates, names of programs and tracks, attachments. A recorder cannot know its length when it
begins, so it leaves that out; here it is known, and written.
"""

import struct
from collections.abc import Iterator

from homework.assignments.attachments.limits import no_recording

EBML, SEGMENT, INFO, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
DOC_TYPE, SCALE, DURATION, MUXER, WRITER = 0x4282, 0x2AD7B1, 0x4489, 0x4D80, 0x5741
TRACK, TRACK_NUMBER, TRACK_UID, TRACK_TYPE, CODEC, CODEC_START = 0xAE, 0xD7, 0x73C5, 0x83, 0x86, 0x63A2
CODEC_DELAY, PRE_ROLL, AUDIO, RATE, RATE_OUT, CHANNELS, DEPTH = 0x56AA, 0x56BB, 0xE1, 0xB5, 0x78B5, 0x9F, 0x6264
TIME, SIMPLE_BLOCK, GROUP, BLOCK, BLOCK_LASTS, PADDING = 0xE7, 0xA3, 0xA0, 0xA1, 0x9B, 0x75A2
SOUND = 2
MILLISECOND = 1_000_000  # nanoseconds; what times are counted in when nothing else is said


def clean(content: bytes) -> tuple[bytes, float]:
    """The sound alone, and how many seconds it lasts. Raises UnfitError, or IndexError for what ends too soon."""
    top = dict((one, (start, end)) for one, start, end in _elements(content, 0, len(content)))
    if _fields(content, *top[EBML]).get(DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        raise no_recording()
    scale, last = MILLISECOND, 0
    track: bytes | None = None
    clusters: list[tuple[int, list[bytes]]] = []
    for one, start, end in _elements(content, *top[SEGMENT]):
        if one == INFO:
            scale = _uint(_fields(content, start, end).get(SCALE, b"\x0f\x42\x40"))
        elif one == TRACKS:
            tracks = [place for name, *place in _elements(content, start, end) if name == TRACK]
            if track is not None or len(tracks) != 1:
                raise no_recording()
            track = _track(_fields(content, *tracks[0]))
        elif one == TIME:
            clusters.append((_uint(content[start:end]), []))
        elif one in (SIMPLE_BLOCK, GROUP):
            time, blocks = clusters[-1]
            block = content[start:end] if one == SIMPLE_BLOCK else _fields(content, start, end)[BLOCK]
            last = max(last, time + int.from_bytes(block[1:3], "big", signed=True))
            blocks.append(_element(SIMPLE_BLOCK, block) if one == SIMPLE_BLOCK else _group(content, start, end))
    if track is None or not any(blocks for _time, blocks in clusters) or not scale:
        raise no_recording()
    lasts = last + 20 * MILLISECOND // scale  # the last block holds some milliseconds too
    sound = b"".join(_element(CLUSTER, _element(TIME, _bytes(time)) + b"".join(blocks)) for time, blocks in clusters)
    return HEAD + _element(SEGMENT, _info(scale, lasts) + _element(TRACKS, track) + sound), lasts * scale / 1e9


def _elements(content: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each element's id, and where its content starts and ends.

    Clusters are not told themselves but what is in them, because a recorder does not say how long they are.
    """
    while at < end:
        length = 9 - content[at].bit_length()
        one = int.from_bytes(content[at : at + length], "big")
        at += length
        length = 9 - content[at].bit_length()
        size = int.from_bytes(content[at : at + length], "big") & ((1 << 7 * length) - 1)
        at += length
        if one == CLUSTER:
            continue
        if size == (1 << 7 * length) - 1:  # "not known": only the segment, which goes to the end
            size = end - at
        if length > 8 or at + size > end:
            raise no_recording()
        yield one, at, at + size
        at += size


def _fields(content: bytes, start: int, end: int) -> dict[int, bytes]:
    return {one: content[first:last] for one, first, last in _elements(content, start, end)}


def _track(fields: dict[int, bytes]) -> bytes:
    """The one track, with what a player needs and no name."""
    start = fields.get(CODEC_START, b"")
    sound = _uint(fields[TRACK_TYPE]) == SOUND and fields[CODEC].rstrip(b"\0") == b"A_OPUS"
    if not sound or start[:8] != b"OpusHead" or len(start) > 64:
        raise no_recording()
    audio = _fields(fields[AUDIO], 0, len(fields[AUDIO]))
    kept = [(TRACK_NUMBER, fields[TRACK_NUMBER]), (TRACK_UID, b"\1"), (TRACK_TYPE, b"\2"), (CODEC, b"A_OPUS")]
    kept += [(one, fields[one]) for one in (CODEC_START, CODEC_DELAY, PRE_ROLL) if one in fields]
    heard = b"".join(_element(one, audio[one]) for one in (RATE, RATE_OUT, CHANNELS, DEPTH) if one in audio)
    return _element(TRACK, b"".join(_element(one, value) for one, value in kept) + _element(AUDIO, heard))


def _group(content: bytes, start: int, end: int) -> bytes:
    fields = _fields(content, start, end)
    kept = (_element(one, fields[one]) for one in (BLOCK, BLOCK_LASTS, PADDING) if one in fields)
    return _element(GROUP, b"".join(kept))


def _info(scale: int, lasts: int) -> bytes:
    names = _element(MUXER, b"-") + _element(WRITER, b"-")
    return _element(INFO, _element(SCALE, _bytes(scale)) + names + _element(DURATION, struct.pack(">d", lasts)))


def _element(one: int, value: bytes) -> bytes:
    return _bytes(one) + (1 << 56 | len(value)).to_bytes(8, "big") + value


def _bytes(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _uint(value: bytes) -> int:
    return int.from_bytes(value[:8], "big")


HEAD = _element(
    EBML,
    b"".join(
        _element(one, value)
        for one, value in (
            (0x4286, b"\1"),  # version of EBML, and the oldest that reads it
            (0x42F7, b"\1"),
            (0x42F2, b"\4"),  # longest id and size, in bytes
            (0x42F3, b"\x08"),
            (DOC_TYPE, b"webm"),
            (0x4287, b"\4"),
            (0x4285, b"\2"),
        )
    ),
)
