"""Routes at the front of the house."""

from django.urls import path
from django.views.i18n import set_language

from clinic.demo import views as demo
from clinic.views import front, lock, ready

urlpatterns = [
    path("", front.home, name="home"),
    path("leave/", front.leave, name="leave"),
    path("here/", front.still_here, name="still_here"),
    path("lock/", lock.lock_screen, name="lock_screen"),
    path("unlock/", lock.unlock, name="unlock"),
    path("healthz", front.healthz, name="healthz"),
    path("readyz", ready.readyz, name="readyz"),
    path("csp-report", front.csp_report, name="csp_report"),
    path("language/", set_language, name="set_language"),
    path("demo/", demo.personas, name="personas"),
    path("demo/sign-in/", demo.persona_sign_in, name="persona_sign_in"),
    path("demo/mail/", demo.mail_sink, name="mail_sink"),
]
