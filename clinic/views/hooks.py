"""Where mail servers and providers of text messages tell what came back. Machines only: no page, no words in the answer.

The secret in the address is the whole permission; without one set there is no such page. Whatever is in what they send,
the answer is the same, so that nobody learns from it which messages there are.
"""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ParseError

from clinic import logs, returns
from clinic.access import public
from clinic.api import strict_json
from clinic.returns import parse, texts

SHORTEST = 20  # letters of a secret that counts as one
LONGEST_TEXT = 16 * 1024  # bytes of one answer
LONGEST_JSON = 512 * 1024


@public
@csrf_exempt  # a mail server sends it without ever having seen a page; all it can do is turn messages off
@require_POST
def mail_returned(request: HttpRequest, token: str) -> HttpResponse:
    """An e-mail as it arrived (message/rfc822), or a provider's events as JSON."""
    check(token)
    if request.content_type == "message/rfc822":
        events = parse.of_mail(request.read(parse.READ))
    elif request.content_type == "application/json":
        events = parse.of_json(read_json(request.read(LONGEST_JSON)))
    else:
        return HttpResponse(status=415)
    tally = returns.take(events)
    logs.log.info("returned_mail", count=tally.noted, parked=tally.stopped, skipped=tally.unknown)
    return HttpResponse(status=204)


@public
@csrf_exempt  # a provider of text messages sends it; all it can do is turn messages off
@require_POST
def text_answered(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody answered a text message: a form or JSON with the number and what they wrote."""
    check(token)
    count = texts.take(texts.fields_of(request.read(LONGEST_TEXT), request.content_type or ""))
    logs.log.info("answered_text", count=count)
    return HttpResponse(status=204)


def check(token: str) -> None:
    """Raises Http404 unless this is the installation's secret; how much of it is right cannot be timed."""
    known = settings.HOOK_TOKEN
    if len(known) < SHORTEST or not secrets.compare_digest(token.encode(), known.encode()):
        raise Http404


def read_json(raw: bytes) -> object:
    """The document, or None for what is none."""
    try:
        found: object = strict_json(raw)
    except ParseError:
        return None
    return found
