"""Routes of the day, the clients, digests and reviews, for therapists and coaches."""

from django.urls import path

from homework.reviews import comment_urls, speaking_urls
from homework.reviews.views import carried, coach, figures, night, own_planning, readiness, therapist

urlpatterns = [
    *speaking_urls.staff,
    *comment_urls.staff,
    path("clinic/figures/", figures.figures, name="figures"),
    path("clinic/figures/note/", figures.figures_note, name="figures_note"),
    path("clinic/figures/notes/<uuid:pk>/out/", figures.figures_note_out, name="figures_note_out"),
    path("day/", therapist.therapist_home, name="therapist_home"),
    path("day/nights/<uuid:pk>/aside/", night.night_aside, name="night_aside"),
    path("planning/", own_planning.own_planning, name="own_planning"),
    path("planning/<uuid:pk>/", own_planning.planning_of, name="planning_of"),
    path("clients/", therapist.caseload, name="caseload"),
    path("clients/<uuid:pk>/", therapist.client_page, name="client_page"),
    path("sessions/<uuid:pk>/digest/", therapist.digest, name="digest"),
    path("sessions/<uuid:pk>/digest/aside/", therapist.digest_aside, name="digest_aside"),
    path("sessions/<uuid:pk>/digest/paper/", therapist.digest_paper, name="digest_paper"),
    path("sessions/<uuid:pk>/carry/", carried.takeaway_begin, name="takeaway_begin"),
    path("sessions/<uuid:pk>/notes/", readiness.session_notes, name="session_notes"),
    path("assignments/<uuid:pk>/review/", therapist.review, name="review"),
    path("reviews/<uuid:pk>/", therapist.reviewed, name="reviewed"),
    path("clients/<uuid:pk>/hand-over/", coach.hand_over, name="hand_over"),
    path("clients/<uuid:pk>/hand-over/taken/", coach.hand_over_taken, name="hand_over_taken"),
]
