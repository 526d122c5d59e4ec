"""Reports that arrive in a mailbox: fetched over IMAP with TLS, understood, then marked as seen or deleted.

The mailbox is the one mail comes back to (the bare address of BETWEEN_MAIL_FROM), and nobody's but the program's. A job
that is killed finds the same report again, which does nothing the second time.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

from clinic import logs
from clinic.returns import parse
from clinic.returns.effects import Tally, take

BATCH = 200  # messages one run looks at; the next one goes on
PATIENCE = 20.0  # seconds for each answer of the mail server


class MailboxError(Exception):
    """The mailbox cannot be read: it does not answer, does not let us in, or has no such folder."""


def read() -> Tally:
    """Let every new report in the mailbox have its effect. Nothing happens where no mailbox is set.

    Raises MailboxError. Trouble with one message is logged, and it stays new.
    """
    total = Tally()
    if not settings.RETURNS_HOST:
        return total
    with _opened() as box:
        for uid in _new(box):
            with _trouble_noted():
                total.add(take(parse.of_mail(_text(box, uid))))
                _done_with(box, uid)
        if settings.RETURNS_DELETE:
            box.expunge()
    if total != Tally():
        logs.log.info("returned_mail", count=total.noted, parked=total.stopped, skipped=total.unknown)
    return total


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    """The mailbox, signed in and selected; signed out again whatever happens."""
    try:
        box = imaplib.IMAP4_SSL(settings.RETURNS_HOST, settings.RETURNS_PORT, ssl_context=context(), timeout=PATIENCE)
        try:
            box.login(settings.RETURNS_USER, settings.RETURNS_PASSWORD)
            if box.select(settings.RETURNS_FOLDER)[0] != "OK":
                raise MailboxError
            yield box
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                box.logout()
            with suppress(OSError):
                box.shutdown()  # a line that went dead is not closed by signing out
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxError from error


def context() -> ssl.SSLContext:
    """TLS that believes only a server whose name and certificate are right."""
    return ssl.create_default_context()


def _new(box: imaplib.IMAP4) -> list[str]:
    """The oldest messages nobody has looked at."""
    _ok, found = box.uid("SEARCH", "UNSEEN", "UNDELETED")
    return (found[0] or b"").decode("ascii", "replace").split()[:BATCH]


def _text(box: imaplib.IMAP4, uid: str) -> bytes:
    """The first part of a message, without marking it; empty when it has gone."""
    _ok, found = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{parse.READ}>)")
    return next((each[1] for each in found if isinstance(each, tuple)), b"")


def _done_with(box: imaplib.IMAP4, uid: str) -> None:
    """Marked only once what it says is in the database."""
    box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Deleted)" if settings.RETURNS_DELETE else r"(\Seen)")


@contextmanager
def _trouble_noted() -> Iterator[None]:
    """One message's trouble is its own; the mail server's is not."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError):
        raise
    except Exception as error:
        logs.trouble("returned_mail", error)
