"""Routes of flags, for therapists, and of the admin's list of open ones."""

from django.urls import path

from homework.safety.views import flag

staff = [
    path("flags/<uuid:pk>/", flag.flag, name="flag"),
    path("clients/<uuid:pk>/flag/", flag.flag_raise, name="flag_raise"),
    path("safety/open/", flag.open_flags_list, name="open_flags"),
]
