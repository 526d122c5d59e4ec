"""Routes of `/api/v1/`. Each has a flat name of its own; the view set's `rule` says for whom it is."""

from typing import Any

from django.urls import path

from clinic.api_episodes import Episodes
from clinic.api_me import Me
from clinic.api_schema import Schema
from homework.assignments.api.assignments import Assignments
from homework.assignments.api.doing import Doing, Reminding, Resting
from homework.assignments.api.entries import Entries
from homework.assignments.api.goals import Goals
from homework.reviews.api.comments import Comments
from homework.reviews.api.own_planning import Planning
from homework.reviews.api.reviews import Digests
from homework.reviews.api.speaking import Questions, Wins
from homework.worksheets.api import Worksheets, WorksheetVersions

A_LIST: dict[str, Any] = {"get": "list"}
ONE: dict[str, Any] = {"get": "retrieve"}

urlpatterns = [
    path("schema/", Schema.as_view(), name="schema"),
    path("me/", Me.as_view({"get": "retrieve", "patch": "partial_update"}), name="api_me"),
    path("episodes/", Episodes.as_view(A_LIST), name="api_episodes"),
    path("episodes/<uuid:pk>/", Episodes.as_view(ONE), name="api_episode"),
    path("assignments/", Assignments.as_view(A_LIST | {"post": "create"}), name="api_assignments"),
    path("assignments/<uuid:pk>/", Assignments.as_view(ONE), name="api_assignment"),
    path("assignments/<uuid:pk>/confirm/", Assignments.as_view({"post": "confirm"}), name="api_assignment_confirm"),
    path("assignments/<uuid:pk>/decline/", Assignments.as_view({"post": "decline"}), name="api_assignment_decline"),
    path("assignments/<uuid:pk>/talk/", Assignments.as_view({"post": "talk"}), name="api_assignment_talk"),
    path("assignments/<uuid:pk>/pause/", Assignments.as_view({"post": "pause"}), name="api_assignment_pause"),
    path("assignments/<uuid:pk>/resume/", Assignments.as_view({"post": "resume"}), name="api_assignment_resume"),
    path("assignments/<uuid:pk>/different/", Doing.as_view({"post": "different"}), name="api_assignment_different"),
    path("assignments/<uuid:pk>/agree/", Doing.as_view({"post": "agree"}), name="api_assignment_agree"),
    path("assignments/<uuid:pk>/log/", Doing.as_view({"post": "log"}), name="api_assignment_log"),
    path("assignments/<uuid:pk>/stuck/", Doing.as_view({"post": "stuck"}), name="api_assignment_stuck"),
    path("assignments/<uuid:pk>/worse/", Doing.as_view({"post": "worse"}), name="api_assignment_worse"),
    path(
        "assignments/<uuid:pk>/remind-later/", Reminding.as_view({"post": "later"}), name="api_assignment_remind_later"
    ),
    path("assignments/<uuid:pk>/go-on/", Doing.as_view({"post": "go_on"}), name="api_assignment_go_on"),
    path("assignments/pause-all/", Resting.as_view({"post": "pause_all"}), name="api_pause_all"),
    path("assignments/resume-all/", Resting.as_view({"post": "resume_all"}), name="api_resume_all"),
    path("entries/", Entries.as_view(A_LIST | {"post": "create"}), name="api_entries"),
    path("entries/<uuid:pk>/", Entries.as_view(ONE | {"patch": "partial_update"}), name="api_entry"),
    path("entries/<uuid:pk>/share/", Entries.as_view({"post": "share"}), name="api_entry_share"),
    path("entries/<uuid:pk>/additions/", Entries.as_view({"post": "add"}), name="api_entry_additions"),
    path("goals/", Goals.as_view(A_LIST | {"post": "create"}), name="api_goals"),
    path("goals/<uuid:pk>/", Goals.as_view(ONE | {"patch": "partial_update"}), name="api_goal"),
    path("worksheets/", Worksheets.as_view(A_LIST | {"post": "create"}), name="api_worksheets"),
    path("worksheets/<uuid:pk>/", Worksheets.as_view(ONE), name="api_worksheet"),
    path("worksheets/<uuid:pk>/versions/", WorksheetVersions.as_view(A_LIST), name="api_worksheet_versions"),
    path("worksheets/<uuid:pk>/versions/<int:number>/", WorksheetVersions.as_view(ONE), name="api_worksheet_version"),
    path("digests/", Digests.as_view(A_LIST), name="api_digests"),
    path("digests/<uuid:pk>/", Digests.as_view(ONE), name="api_digest"),
    path("questions/", Questions.as_view(A_LIST | {"post": "create"}), name="api_questions"),
    path("questions/<uuid:pk>/", Questions.as_view(ONE), name="api_question"),
    path("questions/<uuid:pk>/answer/", Questions.as_view({"post": "answer"}), name="api_question_answer"),
    path("questions/<uuid:pk>/close/", Questions.as_view({"post": "close"}), name="api_question_close"),
    path("comments/", Comments.as_view(A_LIST | {"post": "create"}), name="api_comments"),
    path("comments/<uuid:pk>/", Comments.as_view(ONE), name="api_comment"),
    path("comments/<uuid:pk>/reply/", Comments.as_view({"post": "reply"}), name="api_comment_reply"),
    path("comments/<uuid:pk>/seen/", Comments.as_view({"post": "seen"}), name="api_comment_seen"),
    path("planning/<uuid:pk>/", Planning.as_view(ONE), name="api_planning"),
    path("wins/", Wins.as_view(A_LIST | {"post": "create"}), name="api_wins"),
    path("wins/<uuid:pk>/", Wins.as_view(ONE), name="api_win"),
    path("wins/<uuid:pk>/seen/", Wins.as_view({"post": "seen"}), name="api_win_seen"),
]
