"""Routes of composing and following work, for therapists and coaches."""

from django.urls import path

from homework.assignments.views import therapist

urlpatterns = [
    path("clients/<uuid:pk>/propose/", therapist.propose, name="propose"),
    path("clients/<uuid:pk>/propose/nothing/", therapist.propose_nothing, name="propose_nothing"),
    path("clients/<uuid:pk>/propose/<uuid:worksheet>/", therapist.propose_with, name="propose_with"),
    path("assignments/<uuid:pk>/", therapist.assignment, name="assignment"),
    path("assignments/<uuid:pk>/change/", therapist.assignment_change, name="assignment_change"),
    path("assignments/<uuid:pk>/version/", therapist.assignment_version, name="assignment_version"),
    path("assignments/<uuid:pk>/end/", therapist.assignment_end, name="assignment_end"),
]
