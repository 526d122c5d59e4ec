"""API tokens: a person's own key to `/api/v1/`, shown once, kept as a hash, ended at any time.

A token acts as the person who made it and never as more. Only a sign-in that passed the second factor can make one.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiToken

PREFIX = "between_"


def hash_of(token: str) -> str:
    """SHA-256 of a 256-bit random token: no salt needed, nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_token() -> str:
    """A token to show once."""
    return PREFIX + secrets.token_urlsafe(32)


def sign_in_by_token(request: HttpRequest) -> None:
    """Let `Authorization: Token ...` act as its person, for the API only. A wrong token acts as nobody."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Token" or not request.path.startswith("/api/"):
        return
    found = ApiToken.objects.live().filter(token_hash=hash_of(token.strip())).select_related("user").first()
    if found is None or not found.user.is_active:
        request.user = AnonymousUser()  # also beside a sign-in: who shows a token acts by it or not at all
        return
    request.user = found.user
    request.api_token = found  # type: ignore[attr-defined]


def live_of(users: Iterable[Any]) -> set[Any]:
    """Those of these people (ids) who have a token in use."""
    return set(ApiToken.objects.live().filter(user_id__in=list(users)).values_list("user_id", flat=True))


def end_all(users: Iterable[Any]) -> set[Any]:
    """End every token of these people (ids); returns those who had one."""
    had = live_of(users)
    ApiToken.objects.live().filter(user_id__in=had).update(ended_at=timezone.now())
    return had
