"""One's own security: password, second step, browsers, API tokens, and which place one acts in."""

from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import own_security
from clinic.access import STAFF, Role, actor_of, open_to
from clinic.actions import security as changing
from clinic.forms.settings import TokenForm
from clinic.views.answers import SeeOther, done, posted


@open_to(Role.CLIENT, *STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def my_security(request: HttpRequest) -> HttpResponse:
    """How one signs in; for staff also API tokens. A new token is in the answer to the form and nowhere else."""
    actor = actor_of(request)
    form, token = TokenForm(posted(request)), ""
    if request.method == "POST" and not did_recently_reauthenticate(request):
        return prove_it_is_you(request)
    if form.done(partial(changing.create_token, by=actor)):
        _row, token = form.result
        form = TokenForm()
    context = {
        "form": form,
        "token": token,
        "security": own_security.security_of(actor),
        "base": "base_client.html" if actor.is_client else "base_staff.html",
    }
    return render(request, "clinic/my_security.html", context, status=form.status)


def prove_it_is_you(request: HttpRequest) -> SeeOther:
    """Ask for the password or second step again, then come back.

    What was typed is not kept: the session is no place for it.
    """
    messages.info(request, _("First show that it is you. Then make the token."))
    flow = get_reauthentication_flows(request.user)[0]["id"]
    page = {"reauthenticate": "account_reauthenticate"}.get(flow, flow)
    return SeeOther(f"{reverse(page)}?{urlencode({'next': reverse('my_security')})}")


@open_to(*STAFF)
@require_POST
def api_token_end(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End one of one's own tokens."""
    actor = actor_of(request)
    changing.end_token(by=actor, token=own_security.own_token(actor, token_id))
    return done(request, _("This token no longer works."), "my_security")


@open_to(Role.CLIENT, *STAFF)
@require_POST
def place_choose(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Act in another of one's own places, until the sign-in ends."""
    place = own_security.own_place(actor_of(request), member_id)
    request.session["membership"] = str(place.pk)
    return SeeOther(resolve_url("home"))
