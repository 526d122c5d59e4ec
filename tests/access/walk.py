"""Walking the URLconf: every route there is, by name, with what it wants in its path."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """One route: its name and the names of its path arguments."""

    name: str
    arguments: tuple[str, ...]


def routes() -> list[Route]:
    """All routes, sorted. A pattern without a name is an error: it could not have a row."""
    return sorted(set(_walk(get_resolver().url_patterns)), key=lambda route: (route.name, route.arguments))


def _walk(patterns: list[Any], namespace: str = "", outer: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in patterns:
        arguments = outer + tuple(pattern.pattern.converters) + tuple(_groups(pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, arguments)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"the route {pattern.pattern} has no name"
            yield Route(namespace + pattern.name, tuple(dict.fromkeys(arguments)))


def _groups(pattern: Any) -> list[str]:
    regex = getattr(pattern.pattern, "regex", None)
    return [name for name in regex.groupindex if name not in pattern.pattern.converters] if regex else []
