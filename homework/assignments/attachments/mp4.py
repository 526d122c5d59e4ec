"""MP4 and M4A, what iPhones record: everything that is not needed to play the sound is blanked where it stands.

Boxes (ISO/IEC 14496-12) name places in the file by their distance from its start, so nothing is moved: what is not in
the list below becomes a `free` box of zeros, dates and names become zeros. Mutagen would only take out iTunes tags.
"""

from collections.abc import Iterator

from homework.assignments.attachments.limits import no_recording

# The boxes that stay, by the box they are in; one without an entry of its own stays as it is.
STAY: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"moov", b"mdat", b"moof", b"sidx", b"styp"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex"}),
    b"mvex": frozenset({b"mehd", b"trex"}),
    b"trak": frozenset({b"tkhd", b"mdia", b"edts"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"smhd", b"dinf", b"stbl"}),
    b"stbl": frozenset({b"stsd", b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sgpd", b"sbgp"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sgpd", b"sbgp"}),
}
DATED = (b"mvhd", b"tkhd", b"mdhd")
CODECS = (b"mp4a", b"Opus")


class _Facts:
    """What was seen on the way."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self.rate = 0  # units a second
        self.lasts = 0  # units, 0 where a recorder did not know
        self.last_part = 0  # units: when the last fragment begins


def clean(content: bytes) -> tuple[bytes, float | None]:
    """The same file with the sound alone, and its length in seconds if it says so. Raises UnfitError or IndexError."""
    data, facts = bytearray(content), _Facts()
    _blank(data, 0, len(data), b"", facts)
    if not {b"ftyp", b"moov", b"mdat", b"trak", b"stsd"} <= facts.seen:
        raise no_recording()
    length = max(facts.lasts, facts.last_part) / facts.rate if facts.rate else 0
    return bytes(data), length or None


def _blank(data: bytearray, start: int, end: int, inside: bytes, facts: _Facts) -> None:
    for head, at, stop in _boxes(data, start, end):
        name = bytes(data[head : head + 4])
        if name not in STAY[inside]:
            data[head : head + 4] = b"free"
            data[at:stop] = bytes(stop - at)
            continue
        facts.seen.add(name)
        if name in STAY:
            _blank(data, at, stop, name, facts)
        elif name in DATED:
            _undate(data, at, name, facts)
        elif name == b"hdlr":
            if data[at + 8 : at + 12] != b"soun":
                raise no_recording()
            data[at + 24 : stop] = bytes(stop - at - 24)  # the name somebody or something gave the track
        elif name == b"stsd" and (data[at + 4 : at + 8] != b"\0\0\0\1" or data[at + 12 : at + 16] not in CODECS):
            raise no_recording()
        elif name == b"tfdt":
            facts.last_part = max(facts.last_part, _number(data, at + 4, 8 if data[at] else 4))


def _boxes(data: bytearray, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Where each box has its name, where its content starts, and where it ends."""
    while at < end:
        size, head, start = _number(data, at, 4), at + 4, at + 8
        if size == 1:
            size, start = _number(data, start, 8), start + 8
        stop = at + size if size else end
        if stop > end or stop < start:
            raise no_recording()
        yield head, start, stop
        at = stop


def _undate(data: bytearray, at: int, name: bytes, facts: _Facts) -> None:
    """Take out when it was made and changed; read how long a track lasts."""
    wide = 8 if data[at] else 4
    data[at + 4 : at + 4 + 2 * wide] = bytes(2 * wide)
    if name == b"mdhd":
        facts.rate = _number(data, at + 4 + 2 * wide, 4)
        lasts = _number(data, at + 8 + 2 * wide, wide)
        facts.lasts = 0 if lasts == (1 << 8 * wide) - 1 else lasts


def _number(data: bytearray, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError("the file ends too soon")
    return int.from_bytes(data[at : at + size], "big")
