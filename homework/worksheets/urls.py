"""Routes of the library."""

from django.urls import path

from homework.worksheets import views, views_drafts, views_exchange, views_instruments

urlpatterns = [
    path("library/own/", views_drafts.own_sheets, name="own_sheets"),
    path("library/drafts/<uuid:pk>/", views_drafts.draft, name="draft"),
    path("library/drafts/<uuid:pk>/save/", views_drafts.draft_save, name="draft_save"),
    path("library/drafts/<uuid:pk>/preview/", views_drafts.draft_preview, name="draft_preview"),
    path("library/drafts/<uuid:pk>/example/", views_drafts.draft_example, name="draft_example"),
    path("library/import/", views_exchange.worksheet_import, name="worksheet_import"),
    path("library/<uuid:pk>/export/<slug:kind>/", views_exchange.worksheet_export, name="worksheet_export"),
    path("library/<uuid:pk>/copy/", views_drafts.worksheet_copy, name="worksheet_copy"),
    path("library/<uuid:pk>/edit/", views_drafts.worksheet_edit, name="worksheet_edit"),
    path("library/<uuid:pk>/retire/", views_drafts.worksheet_retire, name="worksheet_retire"),
    path("library/", views.library, name="library"),
    path("library/switched-off/", views.switches, name="library_switches"),
    path("library/switched-off/<uuid:pk>/", views.switch, name="library_switch"),
    path("library/<uuid:pk>/", views.worksheet, name="worksheet"),
    path("library/<uuid:pk>/favourite/", views.worksheet_favourite, name="worksheet_favourite"),
    path("library/<uuid:pk>/paper/", views.worksheet_paper, name="worksheet_paper"),
    path("library/instruments/", views_instruments.instrument_list, name="instruments"),
    path("library/instruments/<slug:slug>/", views_instruments.instrument, name="instrument"),
]
