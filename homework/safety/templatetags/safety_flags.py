"""Flags about one client, for the pages about them. Nothing here reads the database: the banner has (`safety_now`)."""

from typing import Any
from uuid import UUID

from django import template

from homework.safety import banner

register = template.Library()


@register.filter
def flags_about(safety_now: Any, episode_id: UUID) -> list[banner.Waiting]:
    """The standing flags about one client this reader may know of: `{{ safety_now|flags_about:episode.pk }}`."""
    return banner.about(safety_now.flags, episode_id) if safety_now else []
