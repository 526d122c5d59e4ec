"""Is it safe to write to you? Asked at the first sign-in and every eight weeks (F36)."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import channels, reading
from clinic.access import Role, actor_of, open_to
from clinic.actions import contact
from clinic.forms.contact import SafeContactForm, on_besides, safe_contact_of
from clinic.views.answers import done, posted
from clinic.views.settings import others_may_see


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def about_contact(request: HttpRequest) -> HttpResponse:
    """Five short questions. Putting them off is as good an answer: they come again in a week."""
    actor = actor_of(request)
    prefs = reading.contact_of(actor)
    assert prefs is not None
    if request.POST.get("answer") == "later":
        contact.ask_later(by=actor)
        return done(request, _("That is fine. You can also find this under Settings."), "today")
    ways = channels.of(actor, prefs, timezone.now())
    on = on_besides(ways)
    form = SafeContactForm(posted(request), on=on, initial=safe_contact_of(prefs, on))
    if form.done(partial(contact.set_contact, by=actor)):
        if form.cleaned_data["shared"] == "yes":
            return done(request, _("Saved. A PIN keeps this page to yourself, also on a shared device."), "my_security")
        return done(request, says(form), "today")
    return render(request, "clinic/about_contact.html", {"form": form, "channels": ways}, status=form.status)


def says(form: SafeContactForm) -> str:
    """What follows from the answers. A note that is not sent although its way was chosen is explained."""
    if form.cleaned_data["way"] and form.cleaned_data["seen_by_others"] in others_may_see():
        return _("Saved. Someone else could see your messages, so we send none. What is new waits for you here.")
    return _("Saved. Thank you. We ask again in eight weeks, because things change.")
