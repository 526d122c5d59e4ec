"""Those who are at the edge: invited but without a place, deactivated, ended cover, in the middle of signing in."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from clinic import vault
from clinic.access import Role, TeamRole
from clinic.scope import acting_in
from tests.cast import Cast, Person, make_person, put_on_team


def add_strangers(cast: Cast) -> dict[str, Person]:
    """guest: signed in without a place; gone: deactivated with a live sign-in; bare: staff without the second factor;
    former: a therapist whose cover of Ada ended yesterday."""
    today = timezone.now().date()
    with acting_in(cast.north.pk), vault.session():
        site = cast.theo.membership.site
        assert site is not None
        gone = make_person(cast.north, site, "Gil", Role.THERAPIST)
        bare = make_person(cast.north, site, "Bea", Role.THERAPIST)
        former = make_person(cast.north, site, "Fay", Role.THERAPIST)
        assert cast.ada.episode is not None
        put_on_team(cast.ada.episode, gone, TeamRole.COTHERAPIST)
        put_on_team(cast.ada.episode, bare, TeamRole.COTHERAPIST)
        put_on_team(
            cast.ada.episode,
            former,
            TeamRole.COVER,
            starts_on=today - timedelta(days=9),
            ends_on=today - timedelta(days=1),
        )
    guest = Person(User.objects.create_user("guest@example.org"), cast.ada.membership)
    gone.user.is_active = False
    gone.user.save()
    return {"guest": guest, "gone": gone, "bare": bare, "former": former}
