"""What a client calls what they do between sessions, in every place of their pages where it has a name (F14).

They choose one of four words in their settings. Each word has its phrases whole, so that a translation can give each its own
gender and plural. Only a client's own pages use them: staff read the standard words, and messages that leave (mail, push)
never name it at all.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clinic.access import Actor
from clinic.models import ContactPrefs

if TYPE_CHECKING:
    from django.db.models import Model

Said = str | Promise


@dataclass(frozen=True)
class Noun:
    """One word, in every phrase that needs it."""

    mine: Said  # a heading, and the way back to it
    place: Said  # the place in the navigation, short enough for a phone
    look: Said  # a button
    for_today: Said  # above the one thing to do
    none_today: Said
    none_yet: Said
    none_now: Said  # on the page of everything
    about: Said  # a link to one piece of it
    idea_from: Said  # with %(name)s
    agreed: Said  # above what was agreed
    between: Said  # the title of the questions about it
    by_week: Said  # a heading of the history
    not_under_way: Said


NOUNS = {
    ContactPrefs.Noun.PRACTICE: Noun(
        mine=_("My practice"),
        place=pgettext_lazy("navigation", "Practice"),
        look=_("Look at my practice"),
        for_today=_("Your practice for today"),
        none_today=_("No practice for today"),
        none_yet=_("No practice just now"),
        none_now=_("No practice is planned just now"),
        about=_("About this practice"),
        idea_from=_("An idea for practice from %(name)s, for you to shape"),
        agreed=_("The practice we agreed on"),
        between=_("About practice between sessions"),
        by_week=_("Your practice, week by week"),
        not_under_way=_("This is not under way just now. You can look at it under My practice."),
    ),
    ContactPrefs.Noun.HOMEWORK: Noun(
        mine=_("My homework"),
        place=pgettext_lazy("navigation", "Homework"),
        look=_("Look at my homework"),
        for_today=_("Your homework for today"),
        none_today=_("No homework for today"),
        none_yet=_("No homework just now"),
        none_now=_("No homework is planned just now"),
        about=_("About this homework"),
        idea_from=_("An idea for homework from %(name)s, for you to shape"),
        agreed=_("The homework we agreed on"),
        between=_("About homework between sessions"),
        by_week=_("Your homework, week by week"),
        not_under_way=_("This is not under way just now. You can look at it under My homework."),
    ),
    ContactPrefs.Noun.EXPERIMENT: Noun(
        mine=_("My experiments"),
        place=pgettext_lazy("navigation", "Experiments"),
        look=_("Look at my experiments"),
        for_today=_("Your experiment for today"),
        none_today=_("No experiments for today"),
        none_yet=_("No experiments just now"),
        none_now=_("No experiments are planned just now"),
        about=_("About this experiment"),
        idea_from=_("An idea for an experiment from %(name)s, for you to shape"),
        agreed=_("The experiment we agreed on"),
        between=_("About experiments between sessions"),
        by_week=_("Your experiments, week by week"),
        not_under_way=_("This is not under way just now. You can look at it under My experiments."),
    ),
    ContactPrefs.Noun.EXERCISE: Noun(
        mine=_("My exercises"),
        place=pgettext_lazy("navigation", "Exercises"),
        look=_("Look at my exercises"),
        for_today=_("Your exercise for today"),
        none_today=_("No exercises for today"),
        none_yet=_("No exercises just now"),
        none_now=_("No exercises are planned just now"),
        about=_("About this exercise"),
        idea_from=_("An idea for an exercise from %(name)s, for you to shape"),
        agreed=_("The exercise we agreed on"),
        between=_("About exercises between sessions"),
        by_week=_("Your exercises, week by week"),
        not_under_way=_("This is not under way just now. You can look at it under My exercises."),
    ),
}
STANDARD = NOUNS[ContactPrefs.Noun.PRACTICE]


def chosen(prefs: ContactPrefs | None) -> Noun:
    """The phrases of one client's word; the standard ones without any wishes."""
    return NOUNS.get(ContactPrefs.Noun(prefs.noun), STANDARD) if prefs is not None else STANDARD


def of(actor: Actor | None) -> Noun:
    """The phrases for the pages of this person: a client's own word, for everybody else the standard one.

    No query where a row came through the door with the client's wishes beside it (`learn`); else one, asked once.
    """
    if actor is None or not actor.is_client or actor.membership is None:
        return STANDARD
    known = actor.membership._state.fields_cache
    if "contact" not in known:
        with transaction.atomic():  # the page of a refusal is drawn after its transaction: without one no row is seen
            known["contact"] = ContactPrefs.objects.filter(client_id=actor.member_id).first()
    return chosen(known["contact"])


def learn(actor: Actor, client: "Model") -> None:
    """Keep the wishes that were fetched beside a client's row, when that client is the one who asks."""
    if actor.membership is not None and client.pk == actor.member_id and "contact" in client._state.fields_cache:
        actor.membership._state.fields_cache["contact"] = client._state.fields_cache["contact"]


def forget(actor: Actor) -> None:
    """The word was changed: the next page asks again."""
    if actor.membership is not None:
        actor.membership._state.fields_cache.pop("contact", None)
