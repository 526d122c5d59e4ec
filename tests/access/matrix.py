"""The table: one row a route. Printed, it is the program's permission page.

A row says what its path takes (argument -> which belonging of the owner) and, by method, what each relation gets. Relations
to an object: client, lead, supervisor, coach, admin, other. Without an object, by role: client, therapist, coach, admin,
and `guest` (signed in, no place). `anyone` is everybody. What is not written is denied.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.rules import ROUTES_OF_OTHERS
from tests.access.world import Belongings
from tests.homework.assignments.sounds import photo

Answer = int | frozenset[int]
Grants = dict[str, Answer]

OK = 200
DONE = frozenset({200, 204, 303, 409, 422})  # acted, or said why not now: either way it was theirs to try
AWAY = frozenset({302, 303})  # sent on to where this person belongs
ASK = frozenset({302})  # a supervisor is asked for a reason first
UNREADABLE = frozenset({400, 404, 405})  # the walk sends nothing the API could read: it is told so, and nothing else
SOMETHING = frozenset({200, 302, 303, 400, 401, 403, 404, 405, 409, 422, 429})


@dataclass(frozen=True)
class Row:
    """One route."""

    get: Grants = field(default_factory=dict)
    post: Grants = field(default_factory=dict)
    other: dict[str, Grants] = field(default_factory=dict)
    takes: dict[str, Any] = field(default_factory=dict)
    body: Callable[[Belongings], Any] | None = None

    @staticmethod
    def json(data: Any) -> str:
        """A body for the API."""
        return json.dumps(data, default=str)


def own(what: str, get: bool = True, post: bool = False, body: Callable[[Belongings], Any] | None = None) -> Row:
    """A client's page about a thing of theirs."""
    return Row(
        get={"client": OK} if get else {},
        post={"client": DONE} if post else {},
        takes={"pk": what},
        body=body,
    )


def treating(
    what: str, *, get: bool = True, post: bool = False, coach: bool = True, reads: bool = False, argument: str = "pk",
    **more: Any,
) -> Row:  # fmt: skip
    """A clinician's page: the lead and, where said, the coach; `reads`: a supervisor too, once they have said why."""
    team: Grants = {"lead": OK} | ({"coach": OK} if coach else {})
    acts: Grants = {"lead": DONE} | ({"coach": DONE} if coach else {})
    return Row(
        get=(team | ({"supervisor": ASK} if reads else {})) if get else {},
        post=acts if post else {},
        takes={argument: what},
        **more,
    )


EVERYBODY: Grants = {"anyone": OK}
ALL_ROLES = ("client", "therapist", "coach", "admin")
CLINICIANS: Grants = {"therapist": OK, "coach": OK}
PLANNING: Grants = {
    "lead": OK, "supervisor": 403, "coach": 403, "admin": 403, "former": 403, "other": frozenset({403, 404}),
}  # fmt: skip  # not shared: refused to staff of the clinic (F52), not there for anybody else
FINISH = {"amount": "2", "rev": "1"}
LEAD = frozenset({200, 404})  # a therapist who is the safety lead or the deputy; nobody else

FRONT = {
    "home": Row(get={"anyone": frozenset({200, 302})}),
    "leave": Row(post=EVERYBODY),
    "still_here": Row(get={role: 204 for role in (*ALL_ROLES, "guest")}),
    "lock_screen": Row(post={"client": DONE}),
    "unlock": Row(get={"client": frozenset({200, 303})}, post={"client": frozenset({303, 422})}),
    "healthz": Row(get=EVERYBODY),
    "readyz": Row(get={"anyone": frozenset({200, 404, 503})}),  # for this machine itself: tests/clinic/test_ready.py
    "csp_report": Row(post={"anyone": 204}),
    "set_language": Row(get={"anyone": 302}, post={"anyone": 302}, other={m: {"anyone": 302} for m in ("PUT", "PATCH", "DELETE", "OPTIONS")}),
    "personas": Row(),  # only in the demo
    "persona_sign_in": Row(),
    "mail_sink": Row(),
    "help_now": Row(get=EVERYBODY),
    "not_safe": Row(post={"client": DONE}),
    "told": own("flag", post=True, body=lambda things: {"choice": "contact", "number": "07700 900123"}),
    "safety_setup": Row(get={"admin": OK, "therapist": LEAD}, post={"admin": OK}),
    "safety_screening": Row(get={"admin": OK}, post={"admin": DONE}),
    "help_lines": Row(get={"admin": OK, "therapist": LEAD}),
    "help_lines_take": Row(post={"admin": DONE}),
    "help_line_add": Row(get={"admin": OK}, post={"admin": DONE}),
    "help_line": Row(get={"admin": OK}, post={"admin": DONE}, takes={"pk": "resource"}),
    "help_line_checked": Row(post={"admin": DONE}, takes={"pk": "resource"}),
    "help_line_retire": Row(post={"admin": DONE}, takes={"pk": "resource"}),
    "rehearsal": Row(get={"admin": OK, "lead": OK}, post={"admin": OK, "lead": OK}, takes={"pk": "rehearsal"}),
    "service_worker": Row(get=EVERYBODY),
    "offline": Row(get=EVERYBODY),
    "manifest": Row(get=EVERYBODY),
    "device_key": Row(get={"client": OK}),
    "push_start": Row(post={"client": frozenset({204, 409, 422})}),
    "push_end": Row(post={"client": DONE}),
    "stop_messages": Row(get={"anyone": frozenset({200, 404})}, post={"anyone": frozenset({200, 404})}, takes={"token": "=x"}),
    "stop_texts": Row(get={"anyone": frozenset({200, 404})}, post={"anyone": frozenset({200, 404})}, takes={"token": "=x"}),
    "mail_returned": Row(post={"anyone": 404}, takes={"token": "=x"}),  # a secret of the installation: tests/clinic/returns/
    "text_answered": Row(post={"anyone": 404}, takes={"token": "=x"}),
    "calendar_feed": Row(get={"anyone": frozenset({200, 404})}, takes={"token": "=x"}),  # whoever has the address: test_calendar_feed.py
    "join": Row(
        get={"anyone": frozenset({404, 302, 200})}, post={"anyone": frozenset({404, 302, 200})},
        takes={"clinic_id": "clinic", "token": "=wrong"},
    ),
}  # fmt: skip

PEOPLE = {
    "board": Row(get={"admin": OK}),
    "people": Row(get={"admin": OK}),
    "invite": Row(get={"admin": OK}, post={"admin": DONE}, takes={"kind": "=client"}),
    "invitation_resend": Row(get={"admin": OK}, post={"admin": DONE}, takes={"invitation_id": "invitation"}),
    "invitation_withdraw": Row(post={"admin": DONE}, takes={"invitation_id": "invitation"}),
    "place_end": Row(get={"admin": OK}, post={"admin": DONE}, takes={"member_id": "member"}),
    "assign_client": Row(get={"admin": OK}, post={"admin": DONE}, takes={"episode_id": "waiting"}),
    "transfer_client": Row(get={"admin": OK}, post={"admin": DONE}, takes={"episode_id": "episode"}),
    "clinic_settings": Row(get={"admin": OK}, post={"admin": DONE}),
    "running": Row(get={"admin": OK}),
    "messages_again": Row(post={"admin": DONE}),
    "message_again": Row(post={"admin": DONE}, takes={"pk": "parked"}),
    "message_let_go": Row(post={"admin": DONE}, takes={"pk": "parked"}),
    "care_team": Row(get={"lead": OK, "admin": OK}, post={"lead": DONE, "admin": DONE}, takes={"episode_id": "episode"}),
    "care_team_end": Row(post={"lead": DONE, "admin": DONE}, takes={"place_id": "place"}),
    "supervision_reason": Row(get={"supervisor": OK}, post={"supervisor": DONE}, takes={"episode_id": "episode"}),
    "sessions": treating("episode", argument="episode_id"),
    "session_series": treating("episode", get=False, post=True, argument="episode_id"),
    "session_book": treating("episode", get=False, post=True, argument="episode_id"),
    "session_series_end": treating("series", get=False, post=True, argument="series_id"),
    "session_move": treating("appointment", get=False, post=True, argument="appointment_id"),
    "session_cancel": treating("appointment", get=False, post=True, argument="appointment_id"),
    "settings": Row(get={role: OK for role in ALL_ROLES}, post={role: DONE for role in ALL_ROLES}),
    "reading_log": Row(get={"client": OK}),
    "coach_asked": Row(get={"client": OK}),
    "episode_end": Row(get={"lead": OK, "admin": OK}, post={"lead": DONE, "admin": DONE}, takes={"episode_id": "episode"}),
    "away": Row(get={"therapist": OK}, post={"therapist": DONE}),
    "away_rota": Row(get={"admin": OK}, post={"admin": DONE}),
    "away_answer": Row(post={"lead": DONE}, takes={"absence_id": "asked_to_cover"}, body=lambda things: {"answer": "yes"}),
    "away_cancel": Row(post={"lead": DONE, "admin": DONE}, takes={"absence_id": "absence"}),
    "away_shorten": Row(
        post={"lead": DONE, "admin": DONE}, takes={"absence_id": "absence"}, body=lambda things: {"ends_on": "2099-01-02"}
    ),
    "cover_answer": Row(post={"client": DONE}),  # about a cover of one's own, or told that it is over
    "coach_answer": Row(post={"client": DONE}),  # about a question of one's own, or told that it is out of date
    "clear_device": Row(post={role: OK for role in ALL_ROLES}),
    "about_contact": Row(get={"client": OK}, post={"client": DONE}),
    "my_security": Row(get={role: OK for role in ALL_ROLES}, post={role: frozenset({200, 302, 303, 404, 422}) for role in ALL_ROLES}),
    "pin": Row(get={"client": OK}, post={"client": DONE}),
    "about_described": Row(get={"client": OK}, post={"client": DONE}),
    "about_described_away": Row(post={"client": DONE}),
    "figures": Row(get={"admin": OK}),  # and supervisors and the safety lead: tests/homework/reviews/outcomes/test_page.py
    "figures_note": Row(post={"admin": DONE}),
    "figures_note_out": Row(takes={"pk": "=uuid"}),  # a line of the clinic's own, or none
    "my_calendar": Row(
        get={role: OK for role in ("client", "therapist", "coach")},
        post={"client": frozenset({422}), "therapist": OK, "coach": OK},
    ),
    "my_calendar_end": Row(post={role: DONE for role in ("client", "therapist", "coach")}),
    "api_token_end": Row(takes={"token_id": "=uuid"}),
    "place_choose": Row(post={"client": DONE}, takes={"member_id": "own_place"}),
}  # fmt: skip

CLIENT = {
    "today": Row(get={"client": OK}),
    "message_seen": own("review", get=False, post=True),
    "work": Row(get={"client": OK}),
    "task": own("active"),
    "shape": own("proposed", post=True, body=lambda things: {"answer": "talk"}),
    "agreed_sheet": own("active"),
    "work_paper": Row(get={"client": OK, "lead": OK, "coach": OK, "supervisor": ASK}, takes={"pk": "active"}),
    "begin": own("active", get=False, post=True),
    "work_change": own("active", post=True),
    "work_calendar": own("active"),
    "work_doubt": own("active", get=False, post=True, body=lambda things: {"choice": "talk"}),
    "goals": Row(get={"client": OK}, post={"client": DONE}, body=lambda things: {"text": "one more"}),
    "goal_save": own(
        "goal", get=False, post=True, body=lambda things: {"text": "said anew", "why": "because", "rev": "0"}
    ),
    "remind_later": own("active", get=False, post=True, body=lambda things: {"at": "19:00"}),
    "work_pause": own("active", get=False, post=True),
    "work_resume": own("active", get=False, post=True),
    "work_let_go": own("active", get=False, post=True),
    "log": own("active", post=True, body=lambda things: {"hot_thought": "a word", "submission_key": str(uuid4())}),
    "stuck": own("active", post=True, body=lambda things: {"way": "if_then"}),
    "work_worse": Row(get={"client": frozenset({200, 303})}, post={"client": DONE}, takes={"pk": "active"}),
    "staying_well": Row(post={"client": DONE}),  # after care; while it goes on it is planned together
    "pause_all": Row(post={"client": DONE}, body=lambda things: {"days": "3"}),
    "resume_all": Row(post={"client": DONE}),
    "notes": Row(get={"client": OK}),
    "couple": Row(get={"client": OK}),
    "couple_answer": Row(post={"client": DONE}),  # one's own place in a couple, or told that the page is out of date
    "couple_leave": Row(post={"client": DONE}),
    "couple_alone": own("draft", get=False, post=True),
    "ask_why": own("active", get=False, post=True),
    "tell_about": own("active", post=True, body=lambda things: {"kind": "how", "text": "How long?"}),
    "in_the_way": own("active", post=True, body=lambda things: {"obstacles": ["time"]}),
    "everyday_help": own("active"),
    "tell": Row(get={"client": OK}, post={"client": DONE}, body=lambda things: {"text": "Something to tell"}),
    "wish": Row(get={"client": OK}, post={"client": DONE}, body=lambda things: {"text": "Something about sleep"}),
    "asked": Row(get={"client": OK}),
    "asked_close": own("answered", get=False, post=True),
    "comment_reply": own(
        "comment", post=True, body=lambda things: {"text": "a word back", "submission_key": str(uuid4())}
    ),
    "comment_seen": own("comment", get=False, post=True),
    "wins": Row(get={"client": OK}, post={"client": DONE}, body=lambda things: {"text": "I rang my sister"}),
    "about_fit": Row(get={"client": OK}, post={"client": DONE}, body=lambda things: {"time_of_day": "evening"}),
    "about_fit_save": Row(post={"client": DONE}, body=lambda things: {"time_of_day": "evening"}),
    "about_practice": Row(
        get={"client": OK}, post={"client": DONE}, body=lambda things: {"earlier": "a word", "noun": "exercise"}
    ),
    "about_practice_away": Row(post={"client": DONE}),
    "session_feedback": own("appointment", post=True, body=lambda things: {"unsaid": "ask"}),
    "takeaway": own("takeaway", get=False, post=True, body=lambda things: {"text": "a word"}),
    "entry_star": own("shared", get=False, post=True, body=lambda things: {"key": "found_out", "on": "1"}),
    "noticed": Row(get={"client": OK}),
    "history": Row(get={"client": OK}),
    "entry": own("draft", post=True, body=lambda things: {"hot_thought": "a word", "rev": "1"}),
    "entry_save": own("draft", get=False, post=True, body=lambda things: {"hot_thought": "a word", "rev": "1"}),
    "entry_resize": own("draft", get=False, post=True, body=lambda things: {"size": "S", "rev": "1"}),
    "entry_finish": own("draft", post=True, body=lambda things: FINISH | {"submission_key": str(uuid4())}),
    "entry_done": own("shared"),
    "entry_heavy": own("shared", get=False, post=True),
    "entry_logged": own("draft", post=True, body=lambda things: {"rev": "1", "submission_key": str(uuid4())}),
    "entry_stuck": own("draft", get=False, post=True),
    "entry_worse": own("draft", get=False, post=True),
    "entry_add": own("shared", post=True, body=lambda things: {"kind": "more", "words": "a word more"}),
    "entry_take_back": own("shared", get=False, post=True),
    "entry_file": Row(
        post={"client": DONE},
        takes={"pk": "draft", "key": "=its_photo"},
        body=lambda things: {"file": SimpleUploadedFile("mine.jpg", photo())},
    ),
    "file": Row(get={"client": OK, "lead": OK, "coach": OK, "supervisor": ASK}, takes={"pk": "file"}),
    "file_delete": own("draft_file", get=False, post=True),
}

STAFF = {
    "library": Row(get=CLINICIANS),
    "library_switches": Row(get={"admin": OK}),
    "library_switch": Row(post={"admin": DONE}, takes={"pk": "switched_off"}, body=lambda things: {"action": "off"}),
    "worksheet_favourite": Row(
        post={"therapist": DONE, "coach": frozenset({303, 403})}, takes={"pk": "worksheet"}, body=lambda things: {"on": "1"}
    ),
    "worksheet_export": Row(
        get={"therapist": OK, "coach": frozenset({200, 403, 404})}, takes={"pk": "worksheet", "kind": "=fhir"}
    ),
    "worksheet_import": Row(get={"therapist": OK}, post={"therapist": DONE}, body=lambda things: {"text": "title = 1", "action": "create"}),
    "worksheet": Row(get={"therapist": OK, "coach": frozenset({200, 403, 404})}, takes={"pk": "worksheet"}),
    "worksheet_paper": Row(get={"therapist": OK, "coach": frozenset({200, 403, 404})}, takes={"pk": "worksheet"}),
    "own_sheets": Row(get={"therapist": OK}, post={"therapist": DONE}, body=lambda things: {"title": "A new one", "language": "en"}),
    "worksheet_copy": Row(post={"therapist": DONE}, takes={"pk": "worksheet"}),
    "worksheet_edit": treating("tailored", get=False, post=True, coach=False),
    "worksheet_retire": treating("tailored", get=False, post=True, coach=False),
    "draft": treating("tailored_draft", post=True, coach=False),
    "draft_save": treating("tailored_draft", get=False, post=True, coach=False),
    "draft_preview": treating("tailored_draft", coach=False),
    "draft_example": treating("tailored_draft", post=True, coach=False),
    "instruments": Row(get={"therapist": OK, "coach": OK, "admin": OK}),
    "instrument_edges": Row(post={"admin": DONE}, takes={"slug": "=pcl-5"}, body=lambda things: {"cutoff": "31", "rci": "18"}),
    "instrument": Row(get={"admin": OK}, post={"admin": DONE}, takes={"slug": "=who-5"}),
    "propose": treating("episode"),
    "propose_nothing": treating("episode", post=True),
    "propose_with": Row(
        get={"lead": OK, "coach": frozenset({200, 403, 404, 422})}, post={"lead": DONE, "coach": frozenset({403, 404, 422, 409})},
        takes={"pk": "episode", "worksheet": "worksheet"},
    ),
    "client_goals": treating("episode", post=True, body=lambda things: {"text": "one more"}),
    "together": treating("proposed", post=True, body=lambda things: {"pin": "2580"}),
    "together_state": treating("proposed"),
    "assignment_agreed": treating("active"),
    "assignment_keep": treating("active", get=False, post=True),
    "assignment_adapt": treating("active", post=True, body=lambda things: {"example": "one of theirs"}),
    "suggestion_agree": treating("proposed", get=False, post=True),
    "assignment": treating("active", reads=True),
    "assignment_change": treating("active", post=True),
    "assignment_version": Row(get={"lead": frozenset({200, 303})}, post={"lead": DONE}, takes={"pk": "active"}),
    "assignment_end": treating("active", post=True),
    "assignment_go_on": treating("active", get=False, post=True),
    "therapist_home": Row(get=CLINICIANS),
    "own_planning": Row(get=CLINICIANS, post={"therapist": DONE, "coach": DONE}, body=lambda things: {"share": "0"}),
    "planning_of": Row(get=PLANNING, takes={"pk": "member"}),
    "caseload": Row(get=CLINICIANS),
    "client_page": treating("episode", reads=True),
    "couple_of": treating("episode", post=True, coach=False, reads=True),
    "couple_seen": treating("episode", get=False, post=True, coach=False),
    "couple_end": treating("episode", get=False, post=True, coach=False),
    "hand_over": Row(get={"coach": OK}, post={"coach": DONE}, takes={"pk": "episode"}),
    "hand_over_taken": treating("episode", get=False, post=True, coach=False),
    "flag": treating("flag", post=True, coach=False, reads=True, body=lambda things: {"step": "see"}),
    "flag_raise": treating("episode", post=True, coach=False, body=lambda things: {"kind": "clinician", "words": "a word"}),
    "open_flags": Row(get={"admin": OK}),
    "digest": treating("appointment", coach=False, reads=True),
    "digest_aside": treating("digest", get=False, post=True, coach=False, body=lambda _things: {"stem": "ask.better.1"}),
    "digest_paper": treating("appointment", coach=False, reads=True),
    "takeaway_begin": treating("appointment", get=False, post=True, body=lambda things: {"words": "a word"}),
    "session_notes": treating("appointment", post=True, coach=False, body=lambda things: {"unsure": "1"}),
    "entry_together": treating("shared", post=True, body=lambda things: {"situation": "added", "submission_key": str(uuid4())}),
    "question": treating("question", post=True, body=lambda things: {"outcome": "talked"}),
    "win_seen": treating("win", get=False, post=True),
    "night_aside": treating("night", get=False, post=True, coach=False),
    "question_keep": treating("question", get=False, post=True, body=lambda things: {"answer": "for later"}),
    "entry_comment": treating("shared", post=True, body=lambda things: {"text": "a word", "submission_key": str(uuid4())}),
    "private_notes": treating("episode", post=True, body=lambda things: {"text": "a word"}),
    "private_note": treating("process_note", post=True, coach=False, body=lambda things: {"text": "other words"}),
    "private_note_away": treating("process_note", get=False, post=True, coach=False),
    "review_keep": Row(
        post={"lead": frozenset({200}), "coach": frozenset({200})}, takes={"pk": "active"}, body=lambda things: {"message": "for later"}
    ),
    "practical_help": treating("active"),
    "review": treating("active", post=True),
    "reviewed": treating("review"),
}  # fmt: skip


def library_routes() -> dict[str, Row]:
    """Sign-in pages of allauth: about oneself only, so the check is that they hold nothing of anybody's."""
    takes = {"mfa_remove_webauthn": {"pk": "=1"}, "mfa_edit_webauthn": {"pk": "=1"}}
    free: Grants = {"anyone": SOMETHING}
    return {
        name: Row(
            get=free,
            post=free,
            other={m: free for m in ("PUT", "PATCH", "DELETE", "OPTIONS")},
            takes=takes.get(name, {}),
        )
        for name in ROUTES_OF_OTHERS
        if name != "set_language"
    }


API_READS: Grants = {"client": OK, "lead": OK, "coach": OK, "supervisor": 403}
API_OWN: Grants = {"client": DONE | {400}}
API = {
    "schema": Row(get={"therapist": OK, "coach": OK, "admin": OK}),
    "api_me": Row(get={role: OK for role in ALL_ROLES}, other={"PATCH": {role: OK for role in ALL_ROLES}}),
    "api_episodes": Row(get={role: OK for role in ALL_ROLES}),
    "api_episode": Row(get={"client": OK, "lead": OK, "coach": OK, "supervisor": OK, "admin": OK}, takes={"pk": "episode"}),
    "api_assignments": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_assignment": Row(get=API_READS, takes={"pk": "active"}),
    "api_assignment_confirm": Row(post=API_OWN, takes={"pk": "proposed"}, body=lambda things: {}),
    "api_assignment_decline": Row(post=API_OWN, takes={"pk": "proposed"}, body=lambda things: {}),
    "api_assignment_talk": Row(post=API_OWN, takes={"pk": "proposed"}, body=lambda things: {}),
    "api_assignment_pause": Row(post=API_OWN | {"lead": DONE, "coach": DONE}, takes={"pk": "active"}, body=lambda things: {}),
    "api_assignment_resume": Row(post=API_OWN | {"lead": DONE, "coach": DONE}, takes={"pk": "active"}, body=lambda things: {}),
    "api_assignment_different": Row(post=API_OWN, takes={"pk": "proposed"}, body=lambda things: {"place": "on the bus"}),
    "api_assignment_agree": Row(post={"lead": DONE, "coach": DONE}, takes={"pk": "proposed"}, body=lambda things: {}),
    "api_assignment_log": Row(
        post=API_OWN | {"client": DONE | {201}}, takes={"pk": "active"},
        body=lambda things: {"value": "a word", "submission_key": str(uuid4())},
    ),
    "api_assignment_stuck": Row(post=API_OWN, takes={"pk": "active"}, body=lambda things: {"way": "if_then"}),
    "api_assignment_remind_later": Row(post=API_OWN, takes={"pk": "active"}, body=lambda things: {"at": "19:00"}),
    "api_assignment_worse": Row(post=API_OWN, takes={"pk": "active"}, body=lambda things: {}),
    "api_assignment_go_on": Row(post={"lead": DONE, "coach": DONE}, takes={"pk": "active"}, body=lambda things: {}),
    "api_pause_all": Row(post={"client": OK}, body=lambda things: {"days": 3}),
    "api_resume_all": Row(post={"client": OK}, body=lambda things: {}),
    "api_entries": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_entry": Row(
        get=API_READS, other={"PATCH": {"client": DONE}}, takes={"pk": "shared"}, body=lambda things: {"rev": 1, "answers": {}}
    ),
    "api_entry_share": Row(
        post=API_OWN, takes={"pk": "draft"}, body=lambda things: {"submission_key": str(uuid4()), "rev": 1, "answers": {"hot_thought": "x"}}
    ),
    "api_entry_additions": Row(
        post={"client": frozenset({201})}, takes={"pk": "shared"},
        body=lambda things: {"kind": "more", "words": "a word more", "submission_key": str(uuid4())},
    ),
    "api_goals": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_goal": Row(
        get=API_READS,
        other={"PATCH": {"client": DONE, "lead": DONE, "coach": DONE}},
        takes={"pk": "goal"},
        body=lambda things: {"rev": 0, "text": "said anew"},
    ),
    "api_worksheets": Row(get=CLINICIANS, post={role: frozenset({400, 422}) for role in ("therapist", "coach")}),
    "api_worksheet": Row(get={"therapist": OK, "coach": frozenset({200, 403})}, takes={"pk": "worksheet"}),
    "api_worksheet_versions": Row(get={"therapist": OK, "coach": frozenset({200, 403})}, takes={"pk": "worksheet"}),
    "api_worksheet_version": Row(
        get={"therapist": OK, "coach": frozenset({200, 403})}, takes={"pk": "worksheet", "number": "=1"}
    ),
    "api_questions": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_question": Row(get=API_READS, takes={"pk": "question"}),
    "api_question_answer": Row(post={"lead": DONE, "coach": DONE}, takes={"pk": "question"}, body=lambda things: {"outcome": "talked"}),
    "api_question_close": Row(post=API_OWN, takes={"pk": "answered"}, body=lambda things: {}),
    "api_comments": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_comment": Row(get=API_READS, takes={"pk": "comment"}),
    "api_comment_reply": Row(post={"client": frozenset({201})}, takes={"pk": "comment"}, body=lambda things: {"text": "a word back"}),
    "api_comment_seen": Row(post=API_OWN, takes={"pk": "comment"}, body=lambda things: {}),
    "api_planning": Row(get=PLANNING, takes={"pk": "member"}),
    "api_wins": Row(get={"client": OK, "therapist": OK, "coach": OK}, post={role: UNREADABLE for role in ALL_ROLES}),
    "api_win": Row(get=API_READS, takes={"pk": "win"}),
    "api_win_seen": Row(post={"lead": DONE, "coach": DONE}, takes={"pk": "win"}, body=lambda things: {}),
    "api_digests": Row(get={"therapist": OK}),
    "api_digest": Row(get={"lead": OK, "supervisor": 403}, takes={"pk": "digest"}),
}  # fmt: skip

ROWS: dict[str, Row] = {**FRONT, **PEOPLE, **CLIENT, **STAFF, **library_routes(), **API}
