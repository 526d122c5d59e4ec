"""Routes of help now."""

from django.urls import path

from homework.safety.views import help as helping

urlpatterns = [path("help/", helping.help_now, name="help_now")]
