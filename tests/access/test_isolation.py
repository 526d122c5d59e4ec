"""Clinics are kept apart by the database itself, also when the program's own scoping is wrong."""

import uuid

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from clinic import roles
from clinic.models import CareTeamMember, Episode, Membership
from clinic.rls.policies import isolated
from clinic.scope import acting_in
from tests.cast import Cast

SHARED_LIBRARY = {"worksheets_worksheet", "worksheets_worksheetversion"}


def rows(sql: str, *args: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return list(cursor.fetchall())


def tenant_tables() -> set[str]:
    return {
        str(name)
        for (name,) in rows("SELECT table_name FROM information_schema.columns WHERE column_name = 'clinic_id'")
    }


def test_the_suite_runs_as_a_role_that_cannot_go_around_row_level_security(db: None) -> None:
    assert rows("SELECT rolsuper, rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user") == [
        (False, False, roles.APP_ROLE)
    ]
    assert rows("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == [(0,)]


def test_every_table_with_a_clinic_is_forced_behind_a_policy(db: None) -> None:
    guarded = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
        "WHERE c.relrowsecurity AND c.relforcerowsecurity"
    )
    assert tenant_tables() - {str(name) for (name,) in guarded} == set()
    assert len(tenant_tables()) >= 20


def test_every_policy_checks_what_is_written_too(db: None) -> None:
    open_ended = rows("SELECT polrelid::regclass::text FROM pg_policy WHERE polwithcheck IS NULL")
    assert open_ended == []


def test_no_view_runs_with_its_owners_rights(db: None) -> None:
    assert rows("SELECT viewname FROM pg_views WHERE schemaname = 'public'") == []


def test_every_reference_between_clinic_tables_carries_the_clinic(db: None) -> None:
    wanted = set()
    for model in apps.get_models():
        if not isolated(model):
            continue
        for field in model._meta.local_fields:
            target = field.related_model if isinstance(field, models.ForeignKey) else None
            if isinstance(target, type) and field.name != "clinic" and isolated(target):
                wanted.add(f"{model._meta.db_table}_{field.column}_here")
    there = {str(name) for (name,) in rows("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    assert wanted - there == set()
    assert len(wanted) >= 30


def test_without_a_scope_there_are_no_rows(cast: Cast) -> None:
    assert Episode.objects.count() == 0
    assert Membership.objects.count() == 0


def test_a_query_that_forgets_its_filter_sees_one_clinic_only(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        assert {row.clinic_id for row in Membership.objects.all()} == {cast.north.pk}
    with acting_in(cast.south.pk):
        assert {row.clinic_id for row in Membership.objects.all()} == {cast.south.pk}


def test_a_person_finds_their_own_places_before_a_clinic_is_chosen(cast: Cast) -> None:
    with acting_in(None, user_id=cast.ada.user.pk):
        assert [row.pk for row in Membership.objects.all()] == [cast.ada.membership.pk]


def test_a_row_cannot_be_written_into_another_clinic(cast: Cast) -> None:
    with acting_in(cast.south.pk), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        CareTeamMember.objects.create(
            clinic=cast.north,
            episode=cast.ada.episode,
            member=cast.theo.membership,
            role="cotherapist",
            starts_on=timezone.now().date(),
        )


def test_a_row_cannot_point_into_another_clinic(cast: Cast) -> None:
    with acting_in(cast.south.pk), pytest.raises(IntegrityError), transaction.atomic():
        CareTeamMember.objects.create(
            clinic=cast.south,
            episode_id=cast.ada.episode.pk if cast.ada.episode else uuid.uuid4(),
            member=cast.zoe.membership,
            role="cotherapist",
            starts_on=timezone.now().date(),
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nested_scopes_restore_the_outer_one(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        with acting_in(cast.south.pk):
            assert Episode.objects.count() == 1
        assert Episode.objects.count() == 2
    assert Episode.objects.count() == 0


def test_the_scope_survives_a_savepoint_that_was_rolled_back(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        with pytest.raises(RuntimeError), transaction.atomic(), acting_in(cast.south.pk):
            raise RuntimeError
        assert Episode.objects.count() == 2


@pytest.mark.parametrize("statement", ["UPDATE clinic_auditevent SET verb = 'x'", "DELETE FROM clinic_auditevent"])
def test_the_record_of_who_read_what_cannot_be_changed(cast: Cast, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_the_owner_writes_the_shared_library(cast: Cast) -> None:
    with acting_in(cast.north.pk), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        from homework.worksheets.models import Worksheet

        Worksheet.objects.create(clinic=None, slug="planted", kind="practice")


@pytest.mark.django_db(transaction=True)
def test_a_setting_ends_with_its_transaction_on_the_same_connection() -> None:
    from tests.cast import make_cast

    with transaction.atomic():
        cast = make_cast()
    with acting_in(cast.north.pk), transaction.atomic():
        assert Episode.objects.count() == 2
    assert Episode.objects.count() == 0
    with acting_in(cast.south.pk), transaction.atomic():
        assert Episode.objects.count() == 1
    with transaction.atomic():
        assert Episode.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_tests_with_real_commits_leave_the_shipped_library_alone() -> None:
    from homework.worksheets.models import WorksheetVersion

    assert WorksheetVersion.objects.filter(clinic__isnull=True).count() >= 12
