"""One's own settings, for everybody; a client's wishes about messages; who opened a client's work."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import calendar_feed, channels, reading
from clinic.access import STAFF, Actor, Role, actor_of, open_to
from clinic.actions import contact, nudge_words, people
from clinic.forms.base import ActionForm
from clinic.forms.nudge_words import NudgeWordsForm, nudge_words_of
from clinic.forms.settings import BlurForm, CardsForm, ContactForm, LookForm, PauseForm, contact_of, look_of
from clinic.models import ContactPrefs
from clinic.views.answers import done
from clinic.views.channels import AT, channel_parts, channel_says
from clinic.wall_clock import local_day


@open_to(Role.CLIENT, *STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Language, look and time zone; for clients also messages. Each part is a form of its own."""
    actor = actor_of(request)
    assert actor.user is not None
    part = request.POST.get("part", "")
    forms = parts(request, actor, part)
    status = 200 if request.method != "POST" else 422
    if part in forms:
        form, action = forms[part]
        if form.done(action):
            with translation.override(actor.user.language):
                said = channel_says(part, form) if part in AT else says(actor, part)
                return done(request, said, reverse("settings") + AT.get(part, ""))
        status = form.status
    elif status == 422:
        forms = parts(request, actor, likely(request, forms))
    context: dict[str, Any] = {f"{name}_form": form for name, (form, _action) in forms.items()}
    context["not_saved"] = status == 422 and part not in forms
    context["pause_form"] = PauseForm(initial={"days": 7})  # its page is with the work, which rests as well
    context |= {"prefs": reading.contact_of(actor), "today": local_day(timezone.now(), actor.user.time_zone)}
    context["channels"] = channels.of(actor, context["prefs"], timezone.now())
    context["base"] = "base_client.html" if actor.is_client else "base_staff.html"
    return render(request, "clinic/settings.html", context, status=status)


def parts(request: HttpRequest, actor: Actor, part: str) -> dict[str, tuple[ActionForm, Any]]:
    """The forms of the page by name, each with its action; the one that was sent holds what was typed."""
    assert actor.user is not None
    sent = {part: request.POST}
    found: dict[str, tuple[ActionForm, Any]] = {
        "look": (LookForm(sent.get("look"), initial=look_of(actor.user)), partial(people.set_preferences, by=actor))
    }
    found |= channel_parts(actor, sent)
    prefs = reading.contact_of(actor)
    if prefs is not None:
        found["messages"] = (
            ContactForm(sent.get("messages"), initial=contact_of(prefs)),
            partial(contact.set_contact, by=actor, email_reminders=prefs.email_reminders),
        )
        found["words"] = (
            NudgeWordsForm(sent.get("words"), initial=nudge_words_of(prefs)),
            partial(nudge_words.choose, by=actor),
        )
        found["blur"] = (BlurForm(sent.get("blur")), partial(people.blur_words, by=actor))
        cards = CardsForm(sent.get("cards"), initial={"offered": prefs.takeaways})
        found["cards"] = (cards, partial(contact.offer_takeaways, by=actor))
    return found


def likely(request: HttpRequest, forms: dict[str, tuple[ActionForm, Any]]) -> str:
    """The part that what was sent looks most like, where it names none there is: it is shown again, nothing is saved."""
    alike = {name: len(set(form.fields) & set(request.POST)) for name, (form, _action) in forms.items()}
    best = max(alike, key=lambda name: alike[name])
    return best if alike[best] else ""


def says(actor: Actor, part: str) -> str:
    """What has happened, plainly. Messages that stay off although somebody asked for them are explained (F36)."""
    prefs = reading.contact_of(actor)
    if part == "messages" and prefs is not None and prefs.seen_by_others in others_may_see():
        if calendar_feed.just_ended(actor, timezone.now()):
            return _(
                "Saved. Someone else could see your messages, so we send none, and your calendar address has ended."
            )
        return _("Saved. Someone else could see your messages, so we send none. What is new waits for you here.")
    return {
        "blur": _("Your own words are blurred now. Touch them to read them.")
        if actor.user is not None and actor.user.blur_words
        else _("Your own words are clear again."),
    }.get(part, _("Saved."))


def others_may_see() -> set[str]:
    """Answers after which no message is sent."""
    return {ContactPrefs.SeenByOthers.YES, ContactPrefs.SeenByOthers.UNSURE}


@open_to(Role.CLIENT)
@require_safe
def reading_log(request: HttpRequest) -> HttpResponse:
    """Who can open my work, and who did (F33)."""
    actor = actor_of(request)
    rows, page = reading.reads(actor, request.GET.get("page", "1"))
    context = {"rows": rows, "page": page, "readers": reading.readers(actor)}
    return render(request, "clinic/reading_log.html", context)
