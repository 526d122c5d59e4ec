"""Routes of the library."""

from django.urls import path

from homework.worksheets import views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/switched-off/", views.switches, name="library_switches"),
    path("library/switched-off/<uuid:pk>/", views.switch, name="library_switch"),
    path("library/<uuid:pk>/", views.worksheet, name="worksheet"),
    path("library/<uuid:pk>/favourite/", views.worksheet_favourite, name="worksheet_favourite"),
    path("library/<uuid:pk>/paper/", views.worksheet_paper, name="worksheet_paper"),
]
