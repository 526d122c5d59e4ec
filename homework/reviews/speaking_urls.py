"""Routes of speaking up, for clients, and of answering, for therapists and coaches."""

from django.urls import path

from homework.assignments.views import in_the_way
from homework.reviews.views import answering, speaking

client = [
    path("work/<uuid:pk>/why/", speaking.ask_why, name="ask_why"),
    path("work/<uuid:pk>/tell/", speaking.tell_about, name="tell_about"),
    path("work/<uuid:pk>/in-the-way/", in_the_way.in_the_way, name="in_the_way"),
    path("work/<uuid:pk>/everyday/", in_the_way.everyday_help, name="everyday_help"),
    path("tell/", speaking.tell, name="tell"),
    path("wish/", speaking.wish, name="wish"),
    path("asked/", speaking.asked, name="asked"),
    path("asked/<uuid:pk>/close/", speaking.asked_close, name="asked_close"),
    path("wins/", speaking.wins, name="wins"),
]
staff = [
    path("questions/<uuid:pk>/", answering.question, name="question"),
    path("wins/<uuid:pk>/seen/", answering.win_seen, name="win_seen"),
    path("assignments/<uuid:pk>/practical/", answering.practical_help, name="practical_help"),
]
