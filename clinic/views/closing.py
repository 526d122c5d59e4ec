"""The end of somebody's care: the therapist or an admin says so, and the client keeps their own pages for a time (F50)."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import after_care, leaving
from clinic.access import CLINICIANS, Role, actor_of, get_visible, open_to
from clinic.actions import care_team
from clinic.forms.base import ActionForm
from clinic.models import Episode
from clinic.views.answers import done, posted
from clinic.views.team import right_to_change


@open_to(*CLINICIANS, Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def episode_end(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """End an episode of care, after one question."""
    actor = actor_of(request)
    episode = get_visible(request, Episode, episode_id, can=right_to_change(actor), verb="team.read")
    form = ActionForm(posted(request))
    if form.done(partial(care_team.end_episode, by=actor, episode=episode)):
        return done(request, _("This care has ended. The client keeps their own pages."), "care_team", episode.pk)
    context = {
        "form": form,
        "episode": episode,
        "until": after_care.last_day(actor.clinic.today(), actor.clinic.after_months),
        "left": leaving.reasons(actor.clinic, episode.client),
    }
    return render(request, "clinic/episode_end.html", context, status=form.status)
