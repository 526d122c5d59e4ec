"""The admin's pages of the clinic's lines of help: what there is, what was checked when, adding, changing (6.2, F71)."""

from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.access import Role, actor_of, open_to
from clinic.board import sites_of
from clinic.views.answers import done, posted
from homework.safety import checklist, lines
from homework.safety.actions import resource as changing
from homework.safety.forms.resource import ResourceForm, resource_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.ADMIN, Role.THERAPIST)
@require_safe
def help_lines(request: HttpRequest) -> HttpResponse:
    """All lines by kind, and those that ship for the clinic's countries and are not on its list yet."""
    actor = actor_of(request)
    checklist.needs_reader(actor)
    context = {
        "groups": lines.groups(actor),
        "ages": lines.ages(actor.clinic),
        "offered": lines.offered(actor) if actor.is_admin else [],
    }
    return render(request, "safety/lines.html", context)


@open_to(Role.ADMIN)
@require_POST
def help_lines_take(request: HttpRequest) -> HttpResponse:
    """Put what ships on the clinic's list, unchecked."""
    rows = changing.take_over(by=actor_of(request))
    says = ngettext("%(n)d line is on your list now.", "%(n)d lines are on your list now.", len(rows))
    return done(request, f"{says % {'n': len(rows)}} {_('Please call each of them once.')}", "help_lines")


@open_to(Role.ADMIN)
@form_page
def help_line_add(request: HttpRequest) -> HttpResponse:
    """A new line of help."""
    actor = actor_of(request)
    form = ResourceForm(posted(request), sites=sites_of(actor), initial={"kind": request.GET.get("kind", "")})
    if form.done(partial(changing.add, by=actor)):
        return done(request, _("It is on your list now."), "help_lines")
    return render(request, "safety/line.html", {"form": form}, status=form.status)


@open_to(Role.ADMIN)
@form_page
def help_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a line of help."""
    actor = actor_of(request)
    row = lines.row_of(actor, pk)
    form = ResourceForm(posted(request), sites=sites_of(actor), initial=resource_of(row))
    if form.done(partial(changing.change, by=actor, row=row)):
        return done(request, _("Saved."), "help_lines")
    return render(request, "safety/line.html", {"form": form, "row": row}, status=form.status)


@open_to(Role.ADMIN)
@require_POST
def help_line_checked(request: HttpRequest, pk: UUID) -> HttpResponse:
    """ "I called it today: it is right", in one tap."""
    actor = actor_of(request)
    changing.confirm(by=actor, row=lines.row_of(actor, pk))
    return done(request, _("Noted with today’s date."), "help_lines")


@open_to(Role.ADMIN)
@require_POST
def help_line_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it off the list."""
    actor = actor_of(request)
    changing.retire(by=actor, row=lines.row_of(actor, pk))
    return done(request, _("It is off the list. Clients do not see it any more."), "help_lines")
