"""Routes of the client's first page."""

from django.urls import path

from homework.reviews.views import client

urlpatterns = [
    path("today/", client.today, name="today"),
    path("today/replies/<uuid:pk>/seen/", client.message_seen, name="message_seen"),
]
