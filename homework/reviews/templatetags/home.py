"""The therapist's first page: looking something up beside a row.

{% load home %}  {{ day.covers|at:one.episode }}
"""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(table: Mapping[Any, Any], key: Any) -> Any:
    """What a table holds for a key, or nothing."""
    return table.get(key)
