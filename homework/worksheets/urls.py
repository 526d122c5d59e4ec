"""Routes of the library."""

from django.urls import path

from homework.worksheets.views import drafts, exchange, instruments, library

urlpatterns = [
    path("library/own/", drafts.own_sheets, name="own_sheets"),
    path("library/drafts/<uuid:pk>/", drafts.draft, name="draft"),
    path("library/drafts/<uuid:pk>/save/", drafts.draft_save, name="draft_save"),
    path("library/drafts/<uuid:pk>/preview/", drafts.draft_preview, name="draft_preview"),
    path("library/drafts/<uuid:pk>/example/", drafts.draft_example, name="draft_example"),
    path("library/import/", exchange.worksheet_import, name="worksheet_import"),
    path("library/<uuid:pk>/export/<slug:kind>/", exchange.worksheet_export, name="worksheet_export"),
    path("library/<uuid:pk>/copy/", drafts.worksheet_copy, name="worksheet_copy"),
    path("library/<uuid:pk>/edit/", drafts.worksheet_edit, name="worksheet_edit"),
    path("library/<uuid:pk>/retire/", drafts.worksheet_retire, name="worksheet_retire"),
    path("library/", library.library, name="library"),
    path("library/switched-off/", library.switches, name="library_switches"),
    path("library/switched-off/<uuid:pk>/", library.switch, name="library_switch"),
    path("library/<uuid:pk>/", library.worksheet, name="worksheet"),
    path("library/<uuid:pk>/favourite/", library.worksheet_favourite, name="worksheet_favourite"),
    path("library/<uuid:pk>/paper/", library.worksheet_paper, name="worksheet_paper"),
    path("library/instruments/", instruments.instrument_list, name="instruments"),
    path("library/instruments/<slug:slug>/numbers/", instruments.instrument_edges, name="instrument_edges"),
    path("library/instruments/<slug:slug>/", instruments.instrument, name="instrument"),
]
