"""The page after a risky answer, and "I am not safe": for the client alone, without a script, with no question but these."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import lock
from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done
from homework.safety import told as telling_page
from homework.safety.actions import flag as flags
from homework.safety.forms.told import SafeContactForm
from homework.safety.models import SafetyFlag


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Thanks, the numbers, one's own plan, and three buttons (6.3.1)."""
    can = Can.WRITE if request.method == "POST" else Can.READ
    flag = get_visible(request, SafetyFlag, pk, can=can, related=("episode__clinic", "episode__site"))
    page = telling_page.of(actor_of(request), flag)
    form = SafeContactForm(request.POST if request.POST.get("choice") == flags.CONTACT else None, initial=page.contact)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        said = form.cleaned_data if form.is_bound else {}
        chosen = flags.choose(by=actor_of(request), flag=flag, choice=request.POST.get("choice", ""), **said)
        return SeeOther(resolve_url("told", chosen.pk) + ("#contact" if chosen.choice == flags.CONTACT else ""))
    status = 422 if form.errors else 200
    return render(request, "safety/told.html", {"flag": flag, "told": page, "form": form}, status=status)


@open_to(Role.CLIENT)
@require_POST
def not_safe(request: HttpRequest) -> HttpResponse:
    """ "I am not safe", one tap from Help now, also on a locked screen: then the numbers are shown and nothing else."""
    actor = actor_of(request)
    care = telling_page.care_of(actor)
    if care is None:
        raise ActionRefused(_("The program can tell nobody just now. Please call one of the numbers."))
    episode = get_visible(request, Episode, care.pk, can=Can.WRITE, related=("clinic",))
    raised = flags.raise_flag(by=actor, episode=episode, kind=SafetyFlag.Kind.NOT_SAFE)
    if lock.is_on(request):
        return done(
            request, _("Your clinic is told. Nobody watches all the time: please call a number now."), "help_now"
        )
    return SeeOther(resolve_url("told", raised.pk))
