"""Routes of help now."""

from django.urls import path

from homework.safety import views

urlpatterns = [path("help/", views.help_now, name="help_now")]
