"""Who is asking, for everybody: their place, and how the program looks and speaks to them."""

from typing import Any

from django import forms
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from clinic.access import STAFF, Actor, Role, actor_of
from clinic.actions import people
from clinic.api_schema import WRITE_PROBLEMS, operation
from clinic.api_views import Body, Views, said
from clinic.forms.settings import LookForm, look_of
from clinic.models import Clinic, Membership


class ClinicRef(serializers.Serializer[Clinic]):
    """The clinic one acts in."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Person(serializers.Serializer[Actor]):
    """The person who asks. `id` is their place in the clinic; the name is their own."""

    id = serializers.UUIDField(source="membership.pk")
    role = serializers.ChoiceField(choices=Membership.Roles.choices)
    name = serializers.CharField(source="label")
    email = serializers.EmailField(source="user.email")
    clinic = ClinicRef()
    language = serializers.ChoiceField(source="user.language", choices=User.Language.choices)
    time_zone = serializers.CharField(source="user.time_zone")
    theme = serializers.ChoiceField(source="user.theme", choices=User.Theme.choices, allow_blank=True)


class Look(Body):
    """How the program looks and speaks. What is left out stays as it is."""

    language = serializers.ChoiceField(choices=User.Language.choices, required=False)
    time_zone = serializers.CharField(required=False, max_length=64, help_text="An IANA name, such as Europe/London.")
    theme = serializers.ChoiceField(choices=User.Theme.choices, allow_blank=True, required=False)

    def validate_time_zone(self, value: str) -> str:
        """The same zones as on the page of settings."""
        try:
            found: str = LookForm.base_fields["time_zone"].clean(value)
        except forms.ValidationError as refusal:
            raise serializers.ValidationError(refusal.messages) from None
        return found


class Me(Views):
    """One's own account."""

    rule = frozenset({Role.CLIENT, *STAFF})

    @operation("Who I am", gives=Person)
    def retrieve(self, request: Request) -> Response:
        """Who is asking, in which clinic and with which role, and how the program looks and speaks to them."""
        return Response(Person(actor_of(request)).data)

    @operation("Change how it looks and speaks", takes=Look, gives=Person, problems=WRITE_PROBLEMS)
    def partial_update(self, request: Request) -> Response:
        """Change language, time zone or look. The times a client has agreed on stay the same on the clock of the new zone."""
        actor = actor_of(request)
        assert actor.user is not None
        wanted: dict[str, Any] = look_of(actor.user) | said(request, Look)
        people.set_preferences(by=actor, **wanted)
        return Response(Person(actor).data)
