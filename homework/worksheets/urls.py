"""Routes of the library."""

from django.urls import path

from homework.worksheets import views

urlpatterns = [
    path("library/", views.library, name="library"),
    path("library/<uuid:pk>/", views.worksheet, name="worksheet"),
    path("library/<uuid:pk>/paper/", views.worksheet_paper, name="worksheet_paper"),
]
