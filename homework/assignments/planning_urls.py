"""Routes of agreeing: goals, the calendar file, doubts; and on the therapist's side agreeing together and adapting."""

from django.urls import path

from homework.assignments.views import adapting, agreeing, goals, one_screen

client = [
    path("work/<uuid:pk>/calendar/", agreeing.work_calendar, name="work_calendar"),
    path("work/<uuid:pk>/doubt/", agreeing.work_doubt, name="work_doubt"),
    path("about-me/goals/", goals.own_goals, name="goals"),
    path("about-me/goals/<uuid:pk>/", goals.own_goal, name="goal_save"),
]
therapist = [
    path("clients/<uuid:pk>/goals/", goals.client_goals, name="client_goals"),
    path("assignments/<uuid:pk>/together/", one_screen.together, name="together"),
    path("assignments/<uuid:pk>/together/state/", one_screen.together_state, name="together_state"),
    path("assignments/<uuid:pk>/agreed/", one_screen.assignment_agreed, name="assignment_agreed"),
    path("assignments/<uuid:pk>/keep/", one_screen.assignment_keep, name="assignment_keep"),
    path("assignments/<uuid:pk>/adapt/", adapting.assignment_adapt, name="assignment_adapt"),
    path("assignments/<uuid:pk>/suggestion/", one_screen.suggestion_agree, name="suggestion_agree"),
]
