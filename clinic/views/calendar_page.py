"""One's own calendar address: what it shows, making it, taking it back (F36). The feed itself is read elsewhere."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import calendar_feed
from clinic.access import CLINICIANS, Role, actor_of, open_to
from clinic.actions import feed as feeds
from clinic.forms.feed import FeedForm, feed_of
from clinic.views.answers import done, posted


@open_to(Role.CLIENT, *CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The address is in the answer to the form that made it and nowhere else."""
    actor = actor_of(request)
    choice = calendar_feed.choice_of(actor)
    usual = calendar_feed.usual_title(actor)
    form = FeedForm(posted(request), initial=feed_of(choice), choice=choice, usual=usual)
    changes = request.POST.get("do") == "change"
    if form.done(partial(feeds.change if changes else feeds.make, by=actor)):
        if changes:
            return done(request, _("Saved. Your calendar shows it the next time it looks."), "my_calendar")
        choice = calendar_feed.choice_of(actor)
        return _page(request, choice, FeedForm(initial=feed_of(choice), choice=choice, usual=usual))
    return _page(request, choice, form)


def _page(request: HttpRequest, choice: calendar_feed.Choice, form: FeedForm) -> HttpResponse:
    """The page; with the address when it was made just now."""
    actor = actor_of(request)
    made = request.method == "POST" and not form.is_bound and choice.feed is not None
    context = {
        "form": form,
        "choice": choice,
        "address": calendar_feed.address_of(choice.feed) if made and choice.feed else "",
        "base": "base_client.html" if actor.is_client else "base_staff.html",
    }
    return render(request, "clinic/my_calendar.html", context, status=form.status)


@open_to(Role.CLIENT, *CLINICIANS)
@require_POST
def my_calendar_end(request: HttpRequest) -> HttpResponse:
    """Take the address back."""
    feeds.end(by=actor_of(request))
    return done(request, _("The address no longer works. What a calendar kept, remove it there."), "my_calendar")
