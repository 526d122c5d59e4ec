"""Migration operations that put a table behind its clinic.

`IsolateByClinic("Entry")` turns on and forces row-level security, adds the policy, makes `(clinic_id, id)` unique and gives
every foreign key to another isolated table a composite twin `(clinic_id, x_id)`, because Postgres checks plain foreign keys
without regard to row-level security: a row of another clinic could be pointed at. `tests/access/test_isolation.py` reads
the catalogue and fails on a table that was left out.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

HERE = "clinic_id = NULLIF(current_setting('app.clinic_id', true), '')::uuid"
ME = "user_id = NULLIF(current_setting('app.user_id', true), '')::uuid"


def isolated(model: type[models.Model]) -> bool:
    """Whether rows of this model belong to one clinic."""
    return any(field.name == "clinic" and not field.null for field in model._meta.local_fields)


def composite_key(model: Any, field: Any) -> str:
    """The statement that ties a foreign key to rows of the same clinic."""
    table, target = model._meta.db_table, field.related_model._meta.db_table
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.column}_here FOREIGN KEY (clinic_id, {field.column}) "
        f"REFERENCES {target} (clinic_id, id) DEFERRABLE INITIALLY DEFERRED"
    )


class IsolateByClinic(Operation):
    """Row-level security and composite foreign keys for one model with a `clinic` foreign key.

    own_rows: rows with `user_id` of the signed-in person are visible before a clinic is chosen (memberships).
    shared: rows without a clinic are visible to all and written only by the table's owner (the shipped library).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, *, own_rows: bool = False, shared: bool = False) -> None:
        self.name, self.own_rows, self.shared = name, own_rows, shared

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a squashed migration would write this operation."""
        return type(self).__name__, [self.name], {"own_rows": self.own_rows, "shared": self.shared}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing in Django's idea of the model changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the policy and the composite keys."""
        model = to_state.apps.get_model(app_label, self.name)
        table = model._meta.db_table
        see, write = HERE, HERE
        if self.own_rows:
            see = f"{HERE} OR {ME}"
        if self.shared:
            see = f"clinic_id IS NULL OR {HERE}"
            owner = f"(SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = '{table}'::regclass)"  # noqa: S608
            write = f"{HERE} OR (clinic_id IS NULL AND current_user = {owner})"
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY clinic_isolation ON {table} USING ({see}) WITH CHECK ({write})",
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_clinic_row UNIQUE (clinic_id, id)",
        ]
        for field in model._meta.local_fields:
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if target is None or field.name == "clinic" or not isolated(target):
                continue
            statements.append(composite_key(model, field))
        for statement in statements:
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Take the policy away again; the keys go with the table."""
        table = from_state.apps.get_model(app_label, self.name)._meta.db_table
        schema_editor.execute(f"DROP POLICY clinic_isolation ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        """One line for `migrate -v2`."""
        return f"Isolate {self.name} by clinic"


class TieToClinic(Operation):
    """The composite twin of one foreign key that was added to an isolated table later."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, field: str) -> None:
        self.name, self.field = name, field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """How a squashed migration would write this operation."""
        return type(self).__name__, [self.name, self.field], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing in Django's idea of the model changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Add the key."""
        model = to_state.apps.get_model(app_label, self.name)
        schema_editor.execute(composite_key(model, model._meta.get_field(self.field)))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The key goes with its column."""

    def describe(self) -> str:
        """One line for `migrate -v2`."""
        return f"Tie {self.name}.{self.field} to its clinic"
