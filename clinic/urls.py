"""All routes. Each view declares for whom it is (clinic.access); `tests/access/` walks this file."""

from django.urls import include, path

from clinic.views import errors

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("", include("clinic.front_urls")),
    path("", include("clinic.device_urls")),
    path("", include("homework.safety.urls")),
    path("account/", include("allauth.urls")),
    path("", include("clinic.message_urls")),
    path("", include("clinic.hook_urls")),
    path("", include("clinic.people_urls")),
    path("", include("homework.assignments.urls")),
    path("", include("homework.reviews.client_urls")),
    path("", include("homework.worksheets.urls")),
    path("", include("homework.assignments.therapist_urls")),
    path("", include("homework.reviews.urls")),
    path("api/v1/", include("homework.api_urls")),
]
