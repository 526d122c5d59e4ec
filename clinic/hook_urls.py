"""Routes where machines tell what came back (clinic.returns)."""

from django.urls import path

from clinic.views import hooks

urlpatterns = [
    path("hooks/mail/<str:token>/", hooks.mail_returned, name="mail_returned"),
    path("hooks/sms/<str:token>/", hooks.text_answered, name="text_answered"),
]
