"""All routes. Each view declares for whom it is (clinic.access); `tests/access/` walks this file."""

from django.urls import include, path

from clinic.views import errors

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

urlpatterns = [
    path("account/", include("allauth.urls")),
]
