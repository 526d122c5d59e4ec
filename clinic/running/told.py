"""Plain words for the codes of the outbox. A code nobody has put into words shows as itself, so nothing is hidden."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from clinic.models import OutgoingMessage

Kind, Channel, Returned = OutgoingMessage.Kind, OutgoingMessage.Channel, OutgoingMessage.Returned
Words = str | Promise

#: In the order of the page: what nobody may wait for first.
KINDS: dict[str, Words] = {
    Kind.SAFETY: gettext_lazy("“Please sign in” to staff"),
    Kind.INVITATION: gettext_lazy("Invitations"),
    Kind.CODE: gettext_lazy("Codes to confirm a phone number"),
    Kind.REMINDER: gettext_lazy("Reminders to clients"),
    Kind.AGAIN: gettext_lazy("Reminders clients asked to have again"),
    Kind.NOTE: gettext_lazy("“A note is waiting” to clients"),
    Kind.DIGEST: gettext_lazy("“Something to read” to staff"),
}
CHANNELS: dict[str, Words] = {
    Channel.EMAIL: gettext_lazy("by e-mail"),
    Channel.PUSH: gettext_lazy("to a phone or browser"),
    Channel.SMS: gettext_lazy("by text message"),
}
#: Why a message was not sent, as the checks say it at the last moment.
REASONS: dict[str, Words] = {
    "gone": gettext_lazy("the person is no longer here"),
    "gone away": gettext_lazy("the address, phone or browser is no more"),
    "consent": gettext_lazy("the person does not want messages this way"),
    "address": gettext_lazy("the address is new, and they have not been asked about it"),
    "recheck": gettext_lazy("it is time to ask again who sees their messages"),
    "paused": gettext_lazy("the person wanted a pause"),
    "quiet": gettext_lazy("it was their quiet time"),
    "cap": gettext_lazy("they had enough messages for the day or the week"),
    "late": gettext_lazy("too late to be of use"),
    "written": gettext_lazy("they had written already"),
    "session": gettext_lazy("a session was near"),
    "unanswered": gettext_lazy("three in a row stayed without a word back"),
    "listening": gettext_lazy("the next thing is to talk"),
    "flag": gettext_lazy("reminders rest until a clinician has decided"),
    "nobody there": gettext_lazy("nobody would have been there to read it"),
    "not active": gettext_lazy("the work was paused or had ended"),
    "not asked for": gettext_lazy("the plan no longer asks for a reminder"),
    "changed": gettext_lazy("the plan had changed"),
    "withdrawn": gettext_lazy("it was used, replaced or taken back"),
    "looked at": gettext_lazy("it had been looked at"),
    "answered": gettext_lazy("it had been replied to"),
    "checked": gettext_lazy("it had been checked"),
    "seen": gettext_lazy("somebody was looking already"),
    "closed": gettext_lazy("it was closed"),
    "well": gettext_lazy("all was well again"),
    "let go": gettext_lazy("an admin let it go"),
    "unchecked": gettext_lazy("the program does not know when to send it"),
}
BACK: dict[str, Words] = {
    Returned.BOUNCED: gettext_lazy("Came back: there is no such mailbox or number"),
    Returned.DELAYED: gettext_lazy("Came back for now: full, or away"),
    Returned.COMPLAINT: gettext_lazy("Marked as unwanted by the person"),
}
#: To clients, or perhaps to clients: small numbers of these are not told.
ABOUT_CLIENTS = (Kind.REMINDER, Kind.AGAIN, Kind.NOTE, Kind.CODE)
FEW = 10


def kind(code: str) -> str:
    """What kind of message."""
    return str(KINDS.get(code, code))


def channel(code: str) -> str:
    """Which way it goes."""
    return str(CHANNELS.get(code, code))


def reason(code: str) -> str:
    """Why it was not sent; an unknown code as itself."""
    return str(REASONS.get(code, code or _("no reason was noted")))


def back(code: str) -> str:
    """How it came back."""
    return str(BACK.get(code, code))


def every(seconds: float) -> str:
    """How often a job runs."""
    whole = round(seconds)
    for size, words in (
        (86400, ngettext_lazy("every day", "every %(n)d days", "n")),
        (3600, ngettext_lazy("every hour", "every %(n)d hours", "n")),
        (60, ngettext_lazy("every minute", "every %(n)d minutes", "n")),
    ):
        if whole >= size and whole % size == 0:
            return words % {"n": whole // size}
    return ngettext("every second", "every %(n)d seconds", whole) % {"n": whole}


def number(count: int, of: str) -> str:
    """A number of messages of a kind; of those to clients none below ten is told, apart from that there was none."""
    if of in ABOUT_CLIENTS and 0 < count < FEW:
        return _("under 10")
    return str(count)
