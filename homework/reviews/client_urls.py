"""Routes of the client's first page."""

from django.urls import path

from homework.reviews import comment_urls, speaking_urls
from homework.reviews.views import carried, client, couple, session_feedback

urlpatterns = [
    *speaking_urls.client,
    *comment_urls.client,
    path("today/", client.today, name="today"),
    path("today/replies/<uuid:pk>/seen/", client.message_seen, name="message_seen"),
    path("today/session/<uuid:pk>/", session_feedback.session_feedback, name="session_feedback"),
    path("today/carry/<uuid:pk>/", carried.takeaway, name="takeaway"),
    path("notes/<uuid:pk>/star/", carried.entry_star, name="entry_star"),
    path("noticed/", carried.noticed, name="noticed"),
    path("my/history/", carried.history, name="history"),
    path("notes/<uuid:pk>/alone/", couple.couple_alone, name="couple_alone"),
]
