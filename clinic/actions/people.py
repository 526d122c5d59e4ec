"""People come by invitation and leave by an ended place.

Nobody can sign up by themselves. An invitation is a 256-bit token, kept as a hash, good once and for 72 hours; its
text goes to the ledger of messages sealed, so that neither the admin nor a copy of the database holds a working link.
"""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import sessions, tokens
from accounts.models import ApiToken, User
from clinic import audit, leaving, outbox, vault, wishes
from clinic.access import STAFF, Actor, Role
from clinic.actions import appointments, care_team, feed, number
from clinic.models import (
    Absence,
    CareTeamMember,
    ContactNumber,
    ContactPrefs,
    Episode,
    Invitation,
    Membership,
    OutgoingMessage,
    Site,
)
from clinic.refusal import ActionRefused
from clinic.scope import acting_in


@transaction.atomic
def invite_client(
    *, by: Actor, name: str, email: str, site: Site, language: str = "en", lead: Membership | None = None
) -> tuple[Membership, str]:
    """Open a client's place and episode, and send the invitation. Without a `lead` the client waits.

    Returns the membership and the token of the link (shown to nobody: it goes by mail). Raises ActionRefused: 422
    without a name, 409 for an address that already has a place or an open invitation here.
    """
    address = _free_address(by, email)
    membership = Membership(clinic=by.clinic, role=Role.CLIENT, site=site)
    vault.create_key(clinic_id=by.clinic_id, client_id=membership.pk)
    membership.client_name = _name(name)
    membership.save()
    ContactPrefs.objects.create(clinic=by.clinic, client=membership)
    episode = Episode.objects.create(
        clinic=by.clinic, client=membership, site=site, state=Episode.State.WAITING, opened_on=by.clinic.today()
    )
    audit.record(by=by, verb="client.invited", obj=membership)
    if lead is not None:
        care_team.assign_client(by=by, episode=episode, lead=lead)
    _row, token = _write(by, membership, address, language)
    return membership, token


@transaction.atomic
def invite_staff(
    *,
    by: Actor,
    name: str,
    email: str,
    role: Role,
    site: Site | None = None,
    approach: str = "",
    places: int = 0,
    is_supervisor: bool = False,
    language: str = "en",
) -> tuple[Membership, str]:
    """Open a place for a therapist, coach or admin and send the invitation. `places` is the size of the caseload.

    Raises ActionRefused: 422 without a name or for a supervisor who is no therapist, 409 for an address in use here.
    """
    address = _free_address(by, email)
    if role not in STAFF:
        raise ActionRefused(_("Choose what this person does in the clinic."), status=422, field="role")
    if is_supervisor and role != Role.THERAPIST:
        raise ActionRefused(_("Only a therapist can supervise."), status=422, field="is_supervisor")
    membership = Membership.objects.create(
        clinic=by.clinic,
        role=role,
        display_name=_name(name),
        site=site,
        approach=approach,
        places=places,
        is_supervisor=is_supervisor,
    )
    audit.record(by=by, verb="staff.invited", obj=membership, role=str(role))
    _row, token = _write(by, membership, address, language)
    return membership, token


@transaction.atomic
def send_again(*, by: Actor, invitation: Invitation, email: str = "") -> tuple[Invitation, str]:
    """Send a fresh link, good for 72 hours; the old one stops working. `email` corrects the address.

    Raises ActionRefused (409) when the invitation was used or the place has ended.
    """
    old = Invitation.objects.select_for_update(of=("self",)).select_related("membership").get(pk=invitation.pk)
    _check_place_is_empty(old)
    _take_back(old)
    address = _free_address(by, email or old.email)
    audit.record(by=by, verb="invitation.sent_again", obj=old.membership)
    return _write(by, old.membership, address, old.language)


@transaction.atomic
def withdraw(*, by: Actor, invitation: Invitation) -> None:
    """Make a link stop working; what is still waiting to be sent is not sent.

    Raises ActionRefused (409) when it was used.
    """
    row = Invitation.objects.select_for_update(of=("self",)).select_related("membership").get(pk=invitation.pk)
    _check_place_is_empty(row)
    _take_back(row)
    audit.record(by=by, verb="invitation.withdrawn", obj=row.membership)


@transaction.atomic
def end_place(*, by: Actor, member: Membership) -> None:
    """End somebody's place: they are signed out everywhere and see nothing of this clinic any more.

    A client's episode ends with it. Raises ActionRefused (409): one's own place, the last admin's, or whatever `leaving` knows to
    be still open (clients to transfer, a colleague to cover for, a part in the clinic's safety).
    """
    row = Membership.objects.select_for_update(of=("self",)).select_related("user", "clinic").get(pk=member.pk)
    if row.ended_at is not None:
        raise ActionRefused(_("This place has already ended."))
    _check_may_end(by, row)
    if row.role == Role.CLIENT:
        for episode in Episode.objects.filter(client=row).exclude(state=Episode.State.ENDED).select_related("client"):
            care_team.end_episode(by=by, episode=episode)
    CareTeamMember.objects.filter(member=row, ended_at__isnull=True).update(ended_at=timezone.now())
    coming = Absence.objects.said().filter(ends_on__gte=by.clinic.today())
    coming.filter(member=row).update(state=Absence.State.CANCELLED)
    coming.filter(cover=row).update(state=Absence.State.DECLINED)  # whoever asked has to find somebody else
    appointments.cancel_all(therapist=row)
    for invitation in Invitation.objects.filter(membership=row, used_at__isnull=True, withdrawn_at__isnull=True):
        _take_back(invitation)
    feed.end_all(by=by, member=row)
    Membership.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    number.end_for(row.pk, ContactNumber.Ended.CARE)
    if row.user is not None:
        sign_out_everywhere(row.user)
    audit.record(by=by, verb="place.ended", obj=row, role=row.role)


@transaction.atomic
def set_preferences(*, by: Actor, language: str, time_zone: str, theme: str) -> None:
    """Change how the program looks and speaks to one person. A client's plans move along to the new time zone, in every place."""
    user = by.user
    assert user is not None
    moved = user.time_zone != time_zone
    user.language, user.time_zone, user.theme = language, time_zone, theme
    user.save(update_fields=["language", "time_zone", "theme"])
    audit.record(by=by, verb="preferences.changed")
    if moved:
        _move_along(by, user)


def _move_along(by: Actor, user: User) -> None:
    """The zone is the person's: what they have as a client moves along wherever that is, each place in its own scope.

    In this one transaction, so that no place keeps the old zone. The change is recorded in the clinic acted in; another clinic
    records it as done by its own client, and learns neither where nor to what. One statement finds the places.
    """
    with acting_in(by.clinic_id, user_id=user.pk):
        places = [place for place in Membership.objects.of(user).order_by("pk") if place.role == Role.CLIENT]
    for place in places:
        there = Actor(user=user, membership=place, clinic=place.clinic, role=place.role)
        with acting_in(place.clinic_id, user_id=user.pk), transaction.atomic():
            if place.pk != by.member_id:
                audit.record(by=there, verb="preferences.changed")
            wishes.changed(there)


@transaction.atomic
def blur_words(*, by: Actor, blur: bool) -> None:
    """Whether a client's own words stay blurred on their screen until they are touched (F36)."""
    if by.user is None or not by.is_client:
        raise ActionRefused(_("Only clients have these settings."))
    by.user.blur_words = blur
    by.user.save(update_fields=["blur_words"])
    audit.record(by=by, verb="preferences.blurred" if blur else "preferences.unblurred")


def sign_out_everywhere(user: User) -> None:
    """End every web session and API token of a person: their next request is nobody's."""
    sessions.end_others(user, here=None)
    # A token acts in the first place that is left, which might be another clinic's: it ends too.
    ApiToken.objects.live().filter(user=user).update(ended_at=timezone.now())


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ActionRefused(_("Write a name."), status=422, field="name")
    return name


def _free_address(by: Actor, email: str) -> str:
    """The address in small letters. Says nothing about accounts in other clinics."""
    address = email.strip().lower()
    places = Membership.objects.current().filter(clinic_id=by.clinic_id)
    if places.filter(user__email__iexact=address).exists():
        raise ActionRefused(_("Somebody with this address already has a place here."), field="email")
    if Invitation.objects.open().filter(clinic_id=by.clinic_id, email__iexact=address).exists():
        raise ActionRefused(
            _("There is already an open invitation for this address. You can send it again."), field="email"
        )
    return address


def _write(by: Actor, membership: Membership, address: str, language: str) -> tuple[Invitation, str]:
    """The invitation and its message, in one transaction; the token waits sealed until it is sent."""
    token = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        clinic=by.clinic,
        membership=membership,
        email=address,
        language=language,
        token_hash=tokens.hash_of(token),
        invited_by=by.membership,
    )
    outbox.queue(
        clinic_id=by.clinic_id,
        kind=OutgoingMessage.Kind.INVITATION,
        key=f"invitation:{row.pk}",
        to=address,
        language=language,
        about=row.pk,
        not_after=row.expires_at,
        secret=token,
    )
    return row, token


def _take_back(invitation: Invitation) -> None:
    """Make one link worthless and drop its message if it has not gone yet."""
    if invitation.withdrawn_at is None:
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
    waiting = OutgoingMessage.objects.filter(about=invitation.pk, state=OutgoingMessage.State.QUEUED)
    waiting.update(state=OutgoingMessage.State.SKIPPED, skipped_because="withdrawn", secret="")


def _check_place_is_empty(invitation: Invitation) -> None:
    if invitation.used_at is not None or invitation.membership.user_id is not None:
        raise ActionRefused(_("This invitation has been used: the person has joined."))
    if invitation.membership.ended_at is not None:
        raise ActionRefused(_("This place has ended. Invite the person again."))


def _check_may_end(by: Actor, member: Membership) -> None:
    if member.pk == by.member_id:
        raise ActionRefused(_("You cannot end your own place. Another admin can."))
    if member.role == Role.ADMIN:
        admins = Membership.objects.current().filter(clinic_id=by.clinic_id, role=Role.ADMIN, user__isnull=False)
        # Locked in one order, so that two admins cannot end each other at the same moment.
        others = [row.pk for row in admins.select_for_update(of=("self",)).order_by("pk") if row.pk != member.pk]
        if not others:
            raise ActionRefused(_("This is the last admin. Invite another one first."))
    left = leaving.reasons(by.clinic, member)
    if left:
        raise ActionRefused(" ".join(left))
