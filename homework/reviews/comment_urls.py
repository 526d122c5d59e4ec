"""Routes of comments, their replies, and private notes."""

from django.urls import path

from homework.reviews.views import commenting, private_notes

client = [
    path("comments/<uuid:pk>/reply/", commenting.comment_reply, name="comment_reply"),
    path("comments/<uuid:pk>/seen/", commenting.comment_seen, name="comment_seen"),
]
staff = [
    path("entries/<uuid:pk>/say/", commenting.entry_comment, name="entry_comment"),
    path("clients/<uuid:pk>/my-notes/", private_notes.private_notes, name="private_notes"),
    path("my-notes/<uuid:pk>/", private_notes.private_note, name="private_note"),
    path("my-notes/<uuid:pk>/away/", private_notes.private_note_away, name="private_note_away"),
    path("assignments/<uuid:pk>/review/keep/", private_notes.review_keep, name="review_keep"),
    path("questions/<uuid:pk>/keep/", private_notes.question_keep, name="question_keep"),
]
