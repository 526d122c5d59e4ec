"""Routes of the client's own work. `today` is in `homework.reviews.client_urls`: it shows what was written back."""

from django.urls import path

from homework.assignments.views import client, client_entry, files, fit, paper

urlpatterns = [
    path("work/", client.work, name="work"),
    path("work/<uuid:pk>/", client.task, name="task"),
    path("work/<uuid:pk>/shape/", client.shape, name="shape"),
    path("work/<uuid:pk>/agreed/", client.agreed_sheet, name="agreed_sheet"),
    path("work/<uuid:pk>/paper/", paper.work_paper, name="work_paper"),
    path("work/<uuid:pk>/begin/", client_entry.begin, name="begin"),
    path("work/<uuid:pk>/change/", client.work_change, name="work_change"),
    path("work/<uuid:pk>/pause/", client.work_pause, name="work_pause"),
    path("work/<uuid:pk>/resume/", client.work_resume, name="work_resume"),
    path("work/<uuid:pk>/let-go/", client.work_let_go, name="work_let_go"),
    path("notes/", client_entry.notes, name="notes"),
    path("notes/<uuid:pk>/", client_entry.entry, name="entry"),
    path("notes/<uuid:pk>/save/", client_entry.entry_save, name="entry_save"),
    path("notes/<uuid:pk>/files/<slug:key>/", files.entry_file, name="entry_file"),
    path("notes/<uuid:pk>/size/", client_entry.entry_resize, name="entry_resize"),
    path("notes/<uuid:pk>/finish/", client_entry.entry_finish, name="entry_finish"),
    path("notes/<uuid:pk>/done/", client_entry.entry_done, name="entry_done"),
    path("notes/<uuid:pk>/take-back/", client_entry.entry_take_back, name="entry_take_back"),
    path("files/<uuid:pk>/", files.file, name="file"),
    path("files/<uuid:pk>/delete/", files.file_delete, name="file_delete"),
    path("about-me/fit/", fit.about_fit, name="about_fit"),
    path("about-me/fit/save/", fit.about_fit_save, name="about_fit_save"),
]
