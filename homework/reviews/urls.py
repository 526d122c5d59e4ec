"""Routes of the day, the clients, digests and reviews, for therapists and coaches."""

from django.urls import path

from homework.reviews.views import therapist

urlpatterns = [
    path("day/", therapist.therapist_home, name="therapist_home"),
    path("clients/", therapist.caseload, name="caseload"),
    path("clients/<uuid:pk>/", therapist.client_page, name="client_page"),
    path("sessions/<uuid:pk>/digest/", therapist.digest, name="digest"),
    path("sessions/<uuid:pk>/digest/paper/", therapist.digest_paper, name="digest_paper"),
    path("assignments/<uuid:pk>/review/", therapist.review, name="review"),
    path("reviews/<uuid:pk>/", therapist.reviewed, name="reviewed"),
]
