"""Recordings and photos made by hand, with everything in them that must not stay."""

import io
import struct
import wave
from typing import Any

from mutagen.id3 import COMM, ID3, TIT2
from mutagen.ogg import OggPage
from PIL import Image

PLACE = b"zqplace51.5074N"
"""What a device wrote into a file; it must never be found in what is kept."""
TEXT = PLACE.decode()


def photo(size: tuple[int, int] = (64, 32), form: str = "JPEG", orientation: int = 1, **more: Any) -> bytes:
    """A picture, red on its left half and blue on its right, with a place, a device and a comment in it."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F] = TEXT  # who made the camera
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 26.0), 29: TEXT})
    out = io.BytesIO()
    comment = {"comment": PLACE, "xmp": PLACE} if form == "JPEG" else {}
    picture.save(out, form, exif=exif, **comment, **more)
    assert PLACE in out.getvalue()
    return out.getvalue()


def wav(seconds: float = 1, rate: int = 8000) -> bytes:
    """Silence with a list of facts before it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\0\0" * int(seconds * rate))
    plain = out.getvalue()
    told = b"INFOIPRD" + struct.pack("<I", len(PLACE) + 1) + PLACE + b"\0"
    return plain[:36] + b"LIST" + struct.pack("<I", len(told)) + told + plain[36:]


def mp3(seconds: float = 1) -> bytes:
    """Empty frames of 26 ms with tags at both ends."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    out = io.BytesIO(frame * int(seconds * 44100 / 1152))
    tags = ID3()
    tags.add(TIT2(encoding=3, text=TEXT))
    tags.add(COMM(encoding=3, lang="eng", desc="", text=TEXT))
    tags.save(out, v1=2)
    return out.getvalue()


def ogg(seconds: float = 1) -> bytes:
    """Opus in Ogg, with a place in its comments, in the name of its program, and behind its comments."""
    head = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
    comment = b"LOCATION=" + PLACE
    said = struct.pack("<I", len(PLACE)) + PLACE + struct.pack("<II", 1, len(comment)) + comment
    packets = [head, b"OpusTags" + said + b"\x01" + PLACE, b"\xf8\xff\xfe"]
    pages = []
    for number, packet in enumerate(packets):
        page = OggPage()
        page.serial, page.sequence, page.packets = 7, number, [packet]
        page.first, page.last = number == 0, number == len(packets) - 1
        page.position = int(seconds * 48000) if number == 2 else 0
        pages.append(page.write())
    return b"".join(pages)


def element(one: int, value: bytes) -> bytes:
    """An element of WebM."""
    return one.to_bytes((one.bit_length() + 7) // 8, "big") + (1 << 28 | len(value)).to_bytes(4, "big") + value


def webm(seconds: float = 1, *, kind: int = 2, codec: bytes = b"A_OPUS") -> bytes:
    """As Chromium records it: a segment and clusters that do not say how long they are; with tags, a title and a name."""
    track = element(0xD7, b"\1") + element(0x73C5, b"\7") + element(0x83, bytes([kind])) + element(0x86, codec)
    track += element(0x536E, PLACE) + element(0x63A2, b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00")
    track += element(0xE1, element(0xB5, struct.pack(">f", 48000)) + element(0x9F, b"\1"))
    info = element(0x2AD7B1, b"\x0f\x42\x40") + element(0x7BA9, PLACE) + element(0x4D80, PLACE) + element(0x5741, PLACE)
    tags = element(0x1254C367, element(0x7373, element(0x67C8, element(0x45A3, b"LOCATION") + element(0x4487, PLACE))))
    unknown = b"\x01" + b"\xff" * 7
    times = range(0, int(seconds * 1000), 1000)
    clusters = b"".join(
        bytes.fromhex("1f43b675")
        + unknown
        + element(0xE7, time.to_bytes(4, "big"))
        + element(0xA3, b"\x81\0\0\x80\xf8\xff")
        for time in times
    )
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return (
        head
        + bytes.fromhex("18538067")
        + unknown
        + element(0x1549A966, info)
        + element(0x1654AE6B, element(0xAE, track))
        + clusters
        + tags
    )


def box(name: bytes, *content: bytes) -> bytes:
    """A box of MP4."""
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + name + inside


def m4a(seconds: float = 1, *, handler: bytes = b"soun", codec: bytes = b"mp4a") -> bytes:
    """As a phone records it, with a date, a place and a name of the track."""
    when = struct.pack(">II", 3_800_000_000, 3_800_000_001)
    lasts = struct.pack(">II", 1000, int(seconds * 1000))
    entry = struct.pack(">I", 16) + codec + bytes(8)
    stbl = box(
        b"stbl", box(b"stsd", bytes(4), struct.pack(">I", 1), entry), box(b"stco", bytes(4), struct.pack(">II", 1, 40))
    )
    mdia = box(
        b"mdia",
        box(b"mdhd", bytes(4), when, lasts, b"\x55\xc4\0\0"),
        box(b"hdlr", bytes(8), handler, bytes(12), PLACE + b"\0"),
        box(b"minf", box(b"smhd", bytes(8)), stbl),
    )
    trak = box(b"trak", box(b"tkhd", bytes(4), when, bytes(72)), mdia)
    udta = box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", PLACE))
    moov = box(b"moov", box(b"mvhd", bytes(4), when, lasts, bytes(80)), trak, udta)
    return box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", b"\x21\x10\x04") + moov + box(b"uuid", PLACE)


RECORDINGS = {"wav": wav, "mp3": mp3, "ogg": ogg, "webm": webm, "m4a": m4a}
