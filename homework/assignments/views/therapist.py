"""Composing and following work: choose, propose, propose nothing, look at one piece, propose a change, end it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.models import Episode
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther, done, posted
from homework.assignments import couples, moving, story
from homework.assignments.actions import offer, plan, version
from homework.assignments.actions import rest as resting
from homework.assignments.forms.therapist import ComposeForm, EndForm, NothingForm, ProposeChangeForm
from homework.assignments.models import Assignment
from homework.assignments.planning import agreed, composing, fitting, listen_first, standing, starting, suits, wishes
from homework.worksheets import catalogue, narrowing
from homework.worksheets.forms import LibraryForm


@open_to(*CLINICIANS)
@require_safe
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose a worksheet for this client; last time's plan comes first (F47)."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, related=["client__contact"], verb="plan.composed")
    actor = actor_of(request)
    ground = composing.ground(episode, timezone.now())
    form = LibraryForm(request.GET, measures=actor.role != Role.COACH)
    follows = ground.leaving(request.GET.get("follows", ""))
    profile = suits.profile_of(episode)
    library = listen_first.library_of(episode, actor, request.GET)
    replaced = str(follows.pk) if follows else ""
    browsed = narrowing.browse(library.sheets, form.to_filter(), follows=replaced, show=library.kept)
    context = {
        "episode": episode,
        "ground": ground,
        "follows": follows,
        "form": form,
        "library": library,
        "wish": wishes.find(actor, episode, request.GET.get("request", "")),
        "browsed": browsed,
        "profile": suits.in_short(profile),
        "suggested": suits.suggest(browsed, profile, suits.did(episode, timezone.now())),
    }
    return render(request, "assignments/propose.html", context)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_with(request: HttpRequest, pk: UUID, worksheet: UUID) -> HttpResponse:
    """Compose a proposal: why this, for you; a first step; how big; when; if and then."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, related=["client__user", "site"], verb="plan.composed")
    sheet = catalogue.sheet_for(actor_of(request), worksheet, episode.client_id)
    likes = suits.likes_of(suits.profile_of(episode))
    composed = composing.compose(episode, sheet.version, request.GET.get("follows", ""), timezone.now())
    wish = wishes.find(actor_of(request), episode, request.GET.get("request", ""))
    known = starting.known(episode, likes.time_of_day)
    composed = starting.begun(wishes.begun(wish, suits.sized(composed, likes)), known)
    listen = listen_first.of(episode, actor_of(request), timezone.now())
    form = _compose_form(request, composed, known, listens=listen.on and composed.follows is None)
    offered = _offer(request, episode, sheet, composed, form) if form.is_bound and form.is_valid() else None
    context = {"episode": episode, "sheet": sheet, "composed": composed, "form": form, "listen": listen, "known": known}
    context["place_note"] = starting.place_note(form, composed.definition)
    context |= {"fit": fitting.fit(sheet.definition, likes), "wish": wish}
    context["couple"] = couples.gate(actor_of(request), episode, sheet.definition)
    return offered or render(request, "assignments/propose_with.html", context, status=form.status)


def _compose_form(
    request: HttpRequest, composed: composing.Composed, known: starting.Known, *, listens: bool
) -> ComposeForm:
    return ComposeForm(
        posted(request),
        definition=composed.definition,
        words=composed.words,
        goals=known.choices(composed.words.goal),
        is_full=composed.is_full,
        listens=listens,
    )


def _offer(
    request: HttpRequest, episode: Episode, sheet: catalogue.Sheet, composed: composing.Composed, form: ComposeForm
) -> HttpResponse | None:
    """Propose what the form says; None when something on it needs a look first."""
    try:
        made = offer.offer(
            by=actor_of(request),
            episode=episode,
            version=sheet.version,
            words=form.to_words(),
            follows=composed.follows,
            pace_reason=form.cleaned_data.get("pace_reason", ""),
            together_decided=form.cleaned_data.get("together_decided", False),
        )
    except ActionRefused as no:
        form.refused(no)
        return None
    wishes.met(actor_of(request), episode, request.GET.get("request", ""), made)
    if request.POST.get("then") == "together":
        return SeeOther(resolve_url("together", made.pk))
    return done(request, _("Proposed. It starts when they say yes."), "assignment", made.pk)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def propose_nothing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A week with nothing is a plan like any other (F27)."""
    episode = get_visible(request, Episode, pk, can=Can.PLAN, verb="plan.composed")
    form = NothingForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            made = offer.offer_nothing(by=actor_of(request), episode=episode, rationale=form.cleaned_data["rationale"])
            return done(request, _("Proposed. Nothing this week, and no reminder."), "assignment", made.pk)
        except ActionRefused as no:
            form.refused(no)
    return render(request, "assignments/propose_nothing.html", {"episode": episode, "form": form}, status=form.status)


@open_to(*CLINICIANS)
@require_safe
def assignment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One piece of work: what was agreed, who said what, what was shared."""
    row = get_visible(request, Assignment, pk, can=Can.READ, related=["version__worksheet"])
    told = story.tell(row, actor_of(request))
    newest = version.newest_of(row) if row.is_open else None
    stands = standing.of(row, told)
    context = {"episode": row.episode, "work": row, "told": told, "newest": newest, "stands": stands}
    return render(request, "assignments/assignment.html", context)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose a change to what was agreed; after a review it opens one size smaller or bigger (F21, F48)."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    changing = composing.changing(row, request.GET.get("outcome", ""))
    known = starting.known(row.episode)
    form = ProposeChangeForm(
        posted(request),
        definition=changing.definition,
        words=changing.words,
        current=changing.current,
        goals=known.choices(changing.words.goal),
    )
    if form.is_bound and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            plan.change(by=actor_of(request), assignment=row, words=form.to_words(), reason=reason)
            return done(request, _("Proposed. What was agreed holds until they say yes."), "assignment", row.pk)
        except ActionRefused as no:
            form.refused(no)
    context = {"episode": row.episode, "work": row, "changing": changing, "form": form, "known": known}
    context["place_note"] = starting.place_note(form, changing.definition)
    return render(request, "assignments/assignment_change.html", context, status=form.status)


@open_to(Role.THERAPIST)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a piece of work go on with the newest version of its worksheet; the page says which question becomes which."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    newest = version.newest_of(row)
    if newest is None or row.version is None:
        return done(request, _("It has the newest version already."), "assignment", row.pk)
    pairs = moving.pairs(row.version.parsed, newest.parsed)
    if request.method == "POST":
        wanted = {pair.field.key: request.POST.get(f"to-{pair.field.key}", "") for pair in pairs}
        try:
            version.move(by=actor_of(request), assignment=row, version=newest, to=wanted)
        except ActionRefused as no:
            return done(request, no.message_for_user, "assignment", row.pk)
        return done(
            request, _("It goes on with the newest version. What was shared stays as it was."), "assignment", row.pk
        )
    context = {"episode": row.episode, "work": row, "newest": newest, "pairs": pairs, "title": agreed.title_of(row)}
    return render(request, "assignments/assignment_version.html", context)


@open_to(*CLINICIANS)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a piece of work together."""
    row = get_visible(request, Assignment, pk, can=Can.PLAN, related=["version__worksheet"])
    form = EndForm(posted(request))
    if form.is_bound and form.is_valid():
        resting.let_go(by=actor_of(request), assignment=row, ended_as=form.cleaned_data["ended_as"])
        return done(request, _("This has ended. What was written stays."), "client_page", row.episode_id)
    context = {"episode": row.episode, "work": row, "title": agreed.title_of(row), "form": form}
    return render(request, "assignments/assignment_end.html", context, status=form.status)
