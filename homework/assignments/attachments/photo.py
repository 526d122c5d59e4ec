"""A photo: decoded, turned the right way up, made smaller and drawn anew, so that only what can be seen is kept.

Where it was taken, when and with what, a preview inside it, a comment, or another file hidden behind it: none of that
is copied. HEIC is not among what Pillow reads; a phone's browser turns it into JPEG before it is sent (files.js).
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from homework.assignments.attachments.limits import Taken, UnfitError, no_photo, too_large

FORMATS: Final = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = 1600  # pixels: a page of handwriting can be read
MOST_PIXELS = 40_000_000  # before it is decoded; a few kilobytes can claim to be far more
QUALITY = 82


def clean(content: bytes) -> Taken:
    """The picture as a JPEG without anything else. Raises UnfitError."""
    try:
        return Taken("image/jpeg", _drawn_anew(content))
    except UnfitError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large("photo") from None
    except Exception:  # whatever a decoder says about hostile bytes, it is not a photo
        raise no_photo() from None


def _drawn_anew(content: bytes) -> bytes:
    with Image.open(BytesIO(content), formats=FORMATS) as sent:
        width, height = sent.size
        if width * height > MOST_PIXELS:
            raise too_large("photo")
        sent.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a large JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(sent)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        seen = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
    paper = Image.new(
        "RGB", seen.size, "white"
    )  # a new picture has no comment, profile or XMP that could be saved along
    paper.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    out = BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
