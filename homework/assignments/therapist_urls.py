"""Routes of composing and following work, for therapists and coaches."""

from django.urls import path

from homework.assignments import planning_urls
from homework.assignments.views import couple, screening, therapist, therapist_rest, together

urlpatterns = [
    *planning_urls.therapist,
    path("clients/<uuid:pk>/propose/", therapist.propose, name="propose"),
    path("clients/<uuid:pk>/propose/nothing/", therapist.propose_nothing, name="propose_nothing"),
    path("clients/<uuid:pk>/propose/<uuid:worksheet>/", therapist.propose_with, name="propose_with"),
    path("assignments/<uuid:pk>/", therapist.assignment, name="assignment"),
    path("assignments/<uuid:pk>/change/", therapist.assignment_change, name="assignment_change"),
    path("assignments/<uuid:pk>/version/", therapist.assignment_version, name="assignment_version"),
    path("assignments/<uuid:pk>/go-on/", therapist_rest.assignment_go_on, name="assignment_go_on"),
    path("assignments/<uuid:pk>/end/", therapist.assignment_end, name="assignment_end"),
    path("entries/<uuid:pk>/together/", together.entry_together, name="entry_together"),
    path("safety/words/", screening.safety_screening, name="safety_screening"),
    path("clients/<uuid:pk>/couple/", couple.couple_of, name="couple_of"),
    path("clients/<uuid:pk>/couple/seen/", couple.couple_seen, name="couple_seen"),
    path("clients/<uuid:pk>/couple/end/", couple.couple_end, name="couple_end"),
]
