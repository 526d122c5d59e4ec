"""The service worker's script, put together: what it keeps, in which version, and the words of a push message.

It keeps style and script of the offline page and of Help now, those two pages, and the manifest. Nothing of anybody's is
ever among them. A release changes a file's name or the code, so the script changes, and the browser takes the new one.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, override

SOURCE = Path(settings.BASE_DIR) / "static" / "js" / "worker.js"
FILES = (
    *("css/tokens.css", "css/components.css", "css/help.css"),
    *("js/client.js", "js/offline.js", "js/resend.js", "icon-192.png"),
)


def waiting_words() -> dict[str, dict[str, str]]:
    """What a push message says and what its button is called, by language: never more, whatever was sent (F36)."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            said[code] = {"says": gettext("A note is waiting for you"), "off": gettext("Turn off")}
    return said


@lru_cache(maxsize=1)
def script() -> str:
    """The script with its constants. The same for everybody, signed in or not."""
    kept = {
        "files": [static(name) for name in FILES],
        "shell": reverse("offline"),
        "help": f"{reverse('help_now')}?kept=1",
        "manifest": reverse("manifest"),
        "strangers": "/account/",
        "words": waiting_words(),
    }
    code = SOURCE.read_text()
    version = hashlib.sha256((json.dumps(kept, sort_keys=True) + code).encode()).hexdigest()[:12]
    return f"const KEPT = {json.dumps({**kept, 'version': version})};\n{code}"
