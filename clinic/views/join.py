"""Taking up an invitation. Looking at the page changes nothing; sending it does, once."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.access import Role, public
from clinic.actions import join as joining
from clinic.forms.people import JoinForm
from clinic.models import Invitation
from clinic.scope import acting_in
from clinic.views.answers import SeeOther, posted


@public
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, clinic_id: UUID, token: str) -> HttpResponse:
    """The page behind an invitation's link, in the language the clinic chose for it."""
    user = request.user if request.user.is_authenticated else None
    with acting_in(clinic_id, user_id=user.pk if user else None):
        invitation = joining.look(clinic_id=clinic_id, token=token)
        if invitation is None:
            return gone(request)
        with translation.override(language_of(request, invitation)):
            response = answer(request, invitation, token)
    # The address of this page is a key: no other page is told of it. ("no-referrer" would hide the form's origin too.)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def answer(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Show the form, or take up the invitation and say what comes next."""
    user = request.user if request.user.is_authenticated else None
    role, known = invitation.membership.role, joining.has_account(invitation)
    initial = {"language": translation.get_language() or invitation.language}
    form = JoinForm(posted(request), role=role, known=known, initial=initial)
    if form.done(partial(joining.accept, by=user, clinic_id=invitation.clinic_id, token=token)):
        return joined(request, form, invitation)
    if form.status == 404:  # used in another window a moment ago
        return gone(request)
    own = user is not None and user.email.lower() == invitation.email.lower()
    context = {"form": form, "invitation": invitation, "known": known, "own": own, "someone_else": user and not own}
    context["clinic_app_name"] = invitation.membership.clinic.app_name if role == Role.CLIENT else "Between"
    return render(request, "clinic/join.html", context, status=form.status)


def joined(request: HttpRequest, form: JoinForm, invitation: Invitation) -> SeeOther:
    """On to the sign-in, with one sentence on what comes next; somebody signed in already goes to their new place."""
    if request.user.is_authenticated:
        request.session["membership"] = str(form.result.pk)
        return SeeOther(resolve_url("home"))
    says = _(
        "That worked. Now sign in with your e-mail and the password you chose. We then send a code to your e-mail."
    )
    if invitation.membership.role != Role.CLIENT:
        says = _("That worked. Now sign in with your e-mail and the password you chose. Then you set up a second step.")
    messages.success(request, says)
    return SeeOther(resolve_url("account_login"))


def gone(request: HttpRequest) -> HttpResponse:
    """The same page for a link that was used, withdrawn, ran out or never was."""
    return render(request, "clinic/join_gone.html", status=404)


def language_of(request: HttpRequest, invitation: Invitation) -> str:
    """What the person has picked in this browser, else what the clinic chose for them."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
        return translation.get_language() or invitation.language
    return invitation.language
