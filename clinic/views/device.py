"""What a browser keeps of the program: the key for what waits there, the worker's script, the offline page, the home screen."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import worker
from clinic.access import Actor, Role, actor_of, open_to, public
from clinic.actions import device

PLAIN_NAME = "Notes"


@open_to(Role.CLIENT)
@require_safe
def device_key(request: HttpRequest) -> HttpResponse:
    """The key that seals what waits here, for a signed-in page alone; with a token, as the page's own may be too old."""
    handed = device.hand_out_key(by=actor_of(request))
    return JsonResponse({"key": handed.key, "owner": handed.owner, "token": get_token(request)})


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's script: asked for anew at each look, so that no browser is stuck with an old one."""
    response = HttpResponse(worker.script(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a connection. The same for everybody but for the language: a browser keeps it."""
    return render(request, "front/offline.html", {"actor": None, "clinic_app_name": app_name(request)})


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a home screen shows: the discreet name the clinic chose (F36)."""
    shown = {"clinic_app_name": app_name(request)}
    return render(request, "manifest.webmanifest", shown, content_type="application/manifest+json")


def app_name(request: HttpRequest) -> str:
    """The discreet name of the client's clinic; a neutral one for everybody else."""
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    return str(actor.clinic.app_name) if actor is not None and actor.is_client else PLAIN_NAME
