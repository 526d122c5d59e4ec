"""The file behind a calendar address: for whoever has it, without signing in, and only while it holds (F36)."""

from hashlib import sha256
from uuid import UUID

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from clinic import calendar_feed as feeds
from clinic.access import public
from clinic.actions import feed as noting
from clinic.scope import acting_in
from homework.assignments import calendar_times

APP = "between"
LIMITS = {"calendar_feed": "60/h/key"}  # a calendar program asks some times a day


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Times and one neutral word. Not found for what was never made here, was taken back, or is over."""
    ids = feeds.read_token(token)
    if ids is None:
        raise Http404
    if _asks_too_often(request, ids[1]):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    now = timezone.now()
    with acting_in(ids[0]):
        feed = feeds.find(ids[1])
        if feed is None:
            raise Http404
        noting.note_fetch(feed)
        return _answer(request, feeds.text(feed, [*feeds.sessions(feed, now), *calendar_times.of(feed, now)]))


def _asks_too_often(request: HttpRequest, feed_id: UUID) -> bool:
    """Counted for each address, kept over restarts as sign-in attempts are."""
    return not ratelimit.consume(
        request, app=APP, action="calendar_feed", config=LIMITS, key=str(feed_id), limit_get=True
    )


def _answer(request: HttpRequest, file: bytes) -> HttpResponse:
    """The file, or that nothing changed. It may be kept but is asked for again each time: taken back is gone at once."""
    tag = f'"{sha256(file).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'attachment; filename="calendar.ics"',
        "ETag": tag,
        "X-Robots-Tag": "noindex, nofollow",
    }
    answer = HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=tag, response=answer) or answer
