"""Routes of people and places: joining, the admin's pages, care teams, sessions, one's own settings."""

from django.urls import path

from clinic.views import (
    absence,
    admin,
    calendar_page,
    clear_device,
    clinic_settings,
    closing,
    coach,
    contact,
    join,
    lock,
    running,
    security,
    self_description,
    sessions,
    settings,
    team,
)

urlpatterns = [
    path("join/<uuid:clinic_id>/<str:token>/", join.join, name="join"),
    # clinic admins
    path("board/", admin.board, name="board"),
    path("people/", admin.people, name="people"),
    path("people/invite/<str:kind>/", admin.invite, name="invite"),
    path("people/invitations/<uuid:invitation_id>/again/", admin.invitation_resend, name="invitation_resend"),
    path("people/invitations/<uuid:invitation_id>/withdraw/", admin.invitation_withdraw, name="invitation_withdraw"),
    path("people/<uuid:member_id>/end/", admin.place_end, name="place_end"),
    path("people/clients/<uuid:episode_id>/assign/", admin.assign_client, name="assign_client"),
    path("people/clients/<uuid:episode_id>/transfer/", admin.transfer_client, name="transfer_client"),
    path("clinic/settings/", clinic_settings.clinic_settings, name="clinic_settings"),
    path("running/", running.running_page, name="running"),
    path("running/messages/again/", running.messages_again, name="messages_again"),
    path("running/messages/<uuid:pk>/again/", running.message_again, name="message_again"),
    path("running/messages/<uuid:pk>/let-go/", running.message_let_go, name="message_let_go"),
    # care teams: the lead, or an admin
    path("clients/<uuid:episode_id>/team/", team.care_team, name="care_team"),
    path("clients/<uuid:episode_id>/end/", closing.episode_end, name="episode_end"),
    path("team/<uuid:place_id>/end/", team.care_team_end, name="care_team_end"),
    path("clients/<uuid:episode_id>/reason/", team.supervision_reason, name="supervision_reason"),
    # sessions: whoever treats the client
    path("clients/<uuid:episode_id>/sessions/", sessions.sessions, name="sessions"),
    path("clients/<uuid:episode_id>/sessions/weekly/", sessions.session_series, name="session_series"),
    path("clients/<uuid:episode_id>/sessions/book/", sessions.session_book, name="session_book"),
    path("sessions/weekly/<uuid:series_id>/end/", sessions.session_series_end, name="session_series_end"),
    path("sessions/<uuid:appointment_id>/move/", sessions.session_move, name="session_move"),
    path("sessions/<uuid:appointment_id>/cancel/", sessions.session_cancel, name="session_cancel"),
    # who is away, and who covers
    path("away/", absence.away, name="away"),
    path("away/all/", absence.away_rota, name="away_rota"),
    path("away/<uuid:absence_id>/answer/", absence.away_answer, name="away_answer"),
    path("away/<uuid:absence_id>/cancel/", absence.away_cancel, name="away_cancel"),
    path("away/<uuid:absence_id>/shorten/", absence.away_shorten, name="away_shorten"),
    path("cover/answer/", absence.cover_answer, name="cover_answer"),
    # a client, about a coach
    path("coach/", coach.coach_asked, name="coach_asked"),
    path("coach/answer/", coach.coach_answer, name="coach_answer"),
    # oneself
    path("settings/", settings.settings, name="settings"),
    path("settings/calendar/", calendar_page.my_calendar, name="my_calendar"),
    path("settings/calendar/end/", calendar_page.my_calendar_end, name="my_calendar_end"),
    path("settings/clear-device/", clear_device.clear_device, name="clear_device"),
    path("about-me/contact/", contact.about_contact, name="about_contact"),
    path("about-me/described/", self_description.about_described, name="about_described"),
    path("about-me/described/away/", self_description.about_described_away, name="about_described_away"),
    path("settings/opened/", settings.reading_log, name="reading_log"),
    path("security/", security.my_security, name="my_security"),
    path("security/pin/", lock.my_pin, name="pin"),
    path("security/tokens/<uuid:token_id>/end/", security.api_token_end, name="api_token_end"),
    path("security/place/<uuid:member_id>/", security.place_choose, name="place_choose"),
]
