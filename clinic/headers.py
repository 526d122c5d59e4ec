"""Headers on every answer, errors included, and the refusal of requests that come from other sites."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
    "browsing-topics",
)


def permissions(*allowed: str) -> str:
    """The Permissions-Policy of a page: nothing of the device, but for what the page says it needs for itself."""
    return ", ".join(f"{feature}=({'self' if feature in allowed else ''})" for feature in FEATURES)


PERMISSIONS = permissions()


class HeadersMiddleware:
    """The outermost middleware: what it sets is on redirects and errors too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse cross-site requests that are not a plain visit, then set the headers."""
        response = HttpResponseForbidden() if from_elsewhere(request) else self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site's page caused this, other than by a link somebody followed. Old browsers say nothing."""
    site = request.headers.get("Sec-Fetch-Site", "")
    visit = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site == "cross-site" and not visit
