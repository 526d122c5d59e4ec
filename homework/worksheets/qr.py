"""A code on a paper sheet that leads back to the same task. Whoever finds the sheet has to sign in to see anything."""

import segno
from django.utils.safestring import SafeString


def drawing(address: str) -> SafeString:
    """The code as an inline drawing, black on white, without a style of its own."""
    code = segno.make(address, error="m", micro=False)
    return SafeString(
        code.svg_inline(scale=3, border=2, dark="#000", light="#fff", svgclass="paper__code", lineclass=None)
    )
