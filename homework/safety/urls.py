"""Routes of help now, and of what a clinic arranges for risky answers."""

from django.urls import path

from homework.safety import staff_urls
from homework.safety.views import help as helping
from homework.safety.views import rehearsal, resources, setup, told

urlpatterns = [
    *staff_urls.staff,
    path("help/", helping.help_now, name="help_now"),
    path("help/not-safe/", told.not_safe, name="not_safe"),
    path("help/<uuid:pk>/", told.told, name="told"),
    # admins arrange; the safety lead reads
    path("safety/", setup.safety_setup, name="safety_setup"),
    path("safety/lines/", resources.help_lines, name="help_lines"),
    path("safety/lines/take/", resources.help_lines_take, name="help_lines_take"),
    path("safety/lines/new/", resources.help_line_add, name="help_line_add"),
    path("safety/lines/<uuid:pk>/", resources.help_line, name="help_line"),
    path("safety/lines/<uuid:pk>/checked/", resources.help_line_checked, name="help_line_checked"),
    path("safety/lines/<uuid:pk>/off/", resources.help_line_retire, name="help_line_retire"),
    path("safety/rehearsal/<uuid:pk>/", rehearsal.rehearsal, name="rehearsal"),
]
