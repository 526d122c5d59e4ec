"""What the unprivileged database role may do.

The owner makes tables; the program connects as `between_app`, which owns nothing, is subject to row-level security, and may
add to the audit record but never change or delete it.
"""

from typing import Any

APP_ROLE = "between_app"
APPEND_ONLY = ("clinic_auditevent", "safety_flagevent")
READ_ONLY = ("safety_crisisresource",)
NEVER_DELETED: dict[str, tuple[str, ...]] = {
    # what a flag was raised with stays as it was; only what becomes of it is written
    "safety_safetyflag": (
        *("priority", "choice", "contact", "state", "look_by", "seen_at", "seen_by_id", "plan", "acting_at", "outcome"),
        *("note", "closed_at", "closed_by_id", "reminders_on", "rung", "next_rung_at"),
    ),
}
"""Tables whose rows stay, with the columns that may change."""


def grant(cursor: Any, *, role: str = APP_ROLE) -> None:
    """Give the app's role its rights on the tables there are now. Run by the owner after every migration."""
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    for table in APPEND_ONLY:
        cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
    for table in READ_ONLY:
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
    for table, columns in NEVER_DELETED.items():
        cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
        cursor.execute(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {role}")
    cursor.execute(f"REVOKE ALL ON django_migrations FROM {role}")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
