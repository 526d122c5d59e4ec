"""Routes that messages lead to."""

from django.urls import path

from clinic.views import stop

urlpatterns = [
    path("stop/<str:token>/", stop.stop_messages, name="stop_messages"),
    path("s/<str:token>/", stop.stop_texts, name="stop_texts"),
]
