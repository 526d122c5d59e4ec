"""Which database connection the cache uses: one of its own, so that a rolled-back request keeps its counters.

The cache holds counters of sign-in attempts and used codes. It lives in Postgres because a cache that may vanish would open
or close the sign-in; on the alias `aux`, which has no transaction around the request.
"""

from typing import Any

from django.conf import settings


class CacheRouter:
    """Send the cache table to `aux` where there is one."""

    def _alias(self, model: Any) -> str | None:
        cache = model._meta.app_label == "django_cache"
        return "aux" if cache and "aux" in settings.DATABASES else None

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The alias to read from."""
        return self._alias(model)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        """The alias to write to."""
        return self._alias(model)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Only the owner changes tables."""
        return None
