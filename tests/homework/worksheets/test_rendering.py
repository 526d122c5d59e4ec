"""Worksheets on a page: what is rendered can be posted, read and rendered again without a difference."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.template import engines
from django.urls import reverse
from django.utils import translation

from homework.worksheets import answers, summary
from homework.worksheets.definition import Definition, DefinitionError, load_library, parse
from homework.worksheets.kinds import as_typed
from tests.homework.worksheets.browser import Page
from tests.homework.worksheets.samples import ANSWERED, EVERY_KIND, all_answers, everything, question, sheet

LIBRARY = {definition.slug: definition for definition in load_library()}
EVERYTHING = everything()
SHOWN = [(slug, size) for slug, definition in LIBRARY.items() for size in definition.sizes]


def render(tag: str, **context: Any) -> str:
    return str(engines["django"].from_string("{% load worksheets %}{% " + tag + " %}").render(context))


def form(definition: Definition, size: str = "M", values: Any = None, **more: Any) -> str:
    tag = "worksheet_form definition size values problems kept_private=kept more=more"
    empty: dict[str, Any] = {"problems": {}, "kept": None, "more": ""}
    return render(tag, **{**empty, "definition": definition, "size": size, "values": values, **more})


def posted(page: Page) -> QueryDict:
    post = QueryDict(mutable=True)
    for name, texts in page.sent.items():
        post.setlist(name, texts)
    return post


def example(slug: str) -> dict[str, Any]:
    found = LIBRARY[slug].example
    assert found is not None
    return found.values


@pytest.mark.parametrize("kind", ANSWERED)
def test_an_answer_of_every_kind_survives_render_post_read_and_render(kind: str) -> None:
    values = {"it": EVERY_KIND[kind][1]}
    definition = parse(sheet(question(kind)))
    first = form(definition, values=values)
    reading = answers.read(definition, "M", posted(Page(first)))
    assert reading.problems == {}
    assert reading.values == values
    assert form(definition, values=reading.values) == first


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_an_empty_question_of_every_kind_posts_nothing(kind: str) -> None:
    definition = parse(sheet(question(kind)))
    assert answers.read(definition, "M", posted(Page(form(definition)))).values == {}


def test_a_page_with_everything_on_it_survives_too() -> None:
    reading = answers.read(EVERYTHING, "M", posted(Page(form(EVERYTHING, values=all_answers()))))
    assert reading.values == all_answers()


@pytest.mark.parametrize(("slug", "size"), SHOWN)
def test_every_worksheet_in_every_size_survives_with_its_example(slug: str, size: str) -> None:
    definition = LIBRARY[slug]
    items = {question.key: 2 for question in definition.questions if question.kind == "item"}
    values = definition.example.values if definition.example else items
    asked = {field.key for field in definition.layout(size)}
    reading = answers.read(definition, size, posted(Page(form(definition, size, values))))
    assert reading.problems == {}
    assert reading.values == {key: value for key, value in values.items() if key in asked}


@pytest.mark.finding("F38")
@pytest.mark.parametrize(
    ("kind", "typed"), [("number", "many"), ("duration", "a while"), ("s100", "120"), ("rows", [{"mood": "12"}])]
)
def test_what_could_not_be_read_is_still_in_its_input(kind: str, typed: Any) -> None:
    definition = parse(sheet(question(kind)))
    html = form(definition, values={"it": typed}, problems={"it": "Please look."})
    assert answers.read(definition, "M", posted(Page(html))).values == {"it": typed}
    assert "Please look." in html


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_problem_is_joined_to_its_question_and_linked_from_the_top(kind: str) -> None:
    html = form(parse(sheet(question(kind))), problems={"it": "Please look."})
    page = Page(html)
    assert page.ids["id_it_error"] == 1
    assert "id_it_error" in page.pointed_at
    assert '<a href="#id_it">' in html
    assert page.ids["id_it"] == 1


@pytest.mark.parametrize(("slug", "size"), [*SHOWN, ("everything", "M")])
@pytest.mark.parametrize("filled", [False, True])
def test_every_input_has_a_name_to_read_out_and_every_id_is_there_once(slug: str, size: str, filled: bool) -> None:
    definition = EVERYTHING if slug == "everything" else LIBRARY[slug]
    values = all_answers() if slug == "everything" else (definition.example.values if definition.example else {})
    page = Page(form(definition, size, values if filled else {}, kept=["tried"]))
    assert page.nameless() == []
    assert [name for name, count in page.ids.items() if count > 1] == []
    assert page.pointed_at <= set(page.ids)
    assert page.label_for <= set(page.ids)


def every_piece(definition: Definition) -> str:
    values = definition.example.values if definition.example else {}
    pieces = [form(definition, size, values, kept=[], problems={"tried": "x"}) for size in definition.sizes]
    pieces.append(render("worksheet_answers definition values", definition=definition, values=values))
    pieces.append(render("worksheet_example definition", definition=definition))
    pieces += [render("worksheet_paper definition size", definition=definition, size=size) for size in definition.sizes]
    return "".join(pieces)


@pytest.mark.parametrize("definition", [*LIBRARY.values(), EVERYTHING], ids=lambda one: one.slug)
def test_nothing_inline_that_a_strict_policy_would_refuse(definition: Definition) -> None:
    html = every_piece(definition)
    page = Page(html)
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert "<script" not in html and "<style" not in html and "javascript:" not in html


@pytest.mark.parametrize("definition", LIBRARY.values(), ids=lambda one: one.slug)
def test_no_answer_is_ever_required_by_the_browser(definition: Definition) -> None:
    page = Page(every_piece(definition))
    assert "required" not in page.attributes
    assert all(
        given.get("autocomplete") == "off" for given in page.inputs if given.get("type") in ("text", "number", "time")
    )


def test_a_note_is_read_and_never_answered() -> None:
    definition = parse(sheet(question("note"), question("text", "other")))
    html = form(definition, kept=[])
    assert "Read this." in html and "And this." in html and reverse("help_now") in html
    assert 'value="it"' not in html, "there is nothing to keep private in it"
    assert answers.amount_hint(definition, "M", {"other": "x"}) == 4


def test_a_ladder_shows_the_easiest_step_first_and_keeps_the_order_it_was_written_in() -> None:
    html = render("worksheet_answers definition values", definition=EVERYTHING, values=all_answers())
    assert html.index("Walk past") < html.index("Ring the bell")
    html = form(EVERYTHING, values=all_answers())
    assert html.index("Ring the bell") < html.index("Walk past")


@pytest.mark.parametrize(
    ("sent", "kept", "problem"),
    [
        ({"it-seconds": "95", "it-minutes": "2"}, {"lasted": 95}, False),  # what the clock counted
        ({"it-seconds": "95", "it-minutes": "10"}, {"lasted": 600}, False),  # somebody knew better
        ({"it-minutes": "1:30"}, {"lasted": 5400}, False),
        ({"it-minutes": "a while"}, {"lasted": "a while"}, True),
        ({"it-seconds": "-3", "it-check-1": "30"}, {"checks": [None, 30]}, False),
        ({"it-seconds": "0"}, {"lasted": 0}, False),
        ({"it-check-0": "much"}, {"checks": ["much", None]}, True),
        ({"it-seconds": "9" * 40}, None, False),
    ],
)
def test_a_timer_takes_the_clock_or_what_somebody_types(sent: dict[str, str], kept: Any, problem: bool) -> None:
    reading = answers.read(parse(sheet(question("timer"))), "M", sent)
    assert reading.values.get("it") == kept
    assert bool(reading.problems) is problem


def test_a_sensation_without_a_tick_is_not_lost() -> None:
    reading = answers.read(
        parse(sheet(question("body"))), "M", {"it-chest": "tight", "it": ["nowhere"], "it-feet": "x"}
    )
    assert reading.values == {"it": [{"place": "chest", "feels": "tight"}]}


def test_a_couples_sheet_says_above_every_part_who_reads_it() -> None:
    ours = question("text", "ours", partner="when_both")
    html = form(parse(sheet(question("text", "mine"), ours, couple=True)))
    assert html.count("Your partner does not see this part.") >= 3, "mine, and the shared questions"
    assert html.count("once you have both shared it") == 1
    with pytest.raises(DefinitionError, match="couple = true"):
        parse(sheet(ours))


def test_words_in_another_language_than_the_page_say_so() -> None:
    gad = LIBRARY["gad-7"]
    with translation.override("es"):
        html = form(gad)
        assert '<legend class="ask" lang="en">' in html and '<div class="choices" lang="en">' in html
        assert "lang=" not in form(LIBRARY["w01"].localised("es"))
    assert "lang=" not in form(gad)


EVIL = "\"><script>alert(1)</script>&amp;'{{ 7 }}"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_words_are_never_markup(kind: str) -> None:
    definition = parse(sheet(question(kind, label=EVIL, hint=EVIL, section=EVIL, sensitive_hint=EVIL)))
    values: dict[str, Any] = {"it": EVIL, "tried": EVIL}
    html = form(definition, values=values, problems={"it": EVIL}, kept=["it"])
    html += render("worksheet_answers definition values kept", definition=definition, values=values, kept=[])
    html += render("worksheet_paper definition", definition=definition)
    assert "<script" not in html
    assert "{{ 7 }}" in html


def test_own_words_inside_rows_and_feelings_are_never_markup() -> None:
    values = {
        "a_rows": [{"what": EVIL, "mood": EVIL}],
        "a_emo": [{"own": EVIL, "strength": EVIL}],
        "a_grid": {"mon": {"night": {"what": EVIL}}},
    }
    html = form(EVERYTHING, values=values)
    html += render("worksheet_answers definition values", definition=EVERYTHING, values=values)
    assert "<script" not in html


@pytest.mark.finding("F41")
def test_the_smaller_version_shows_its_own_questions_and_folds_the_shared_ones() -> None:
    html = form(LIBRARY["w01"], "S", {})
    unfolded = re.sub(r'<details class="fold">.*?</details>\s*', "", html, flags=re.DOTALL)
    names = {str(given.get("name")).split("-")[0] for given in Page(unfolded).inputs}
    assert names == {"emotions", "one_word"}
    assert {"mood_before", "found_out"} <= {str(given.get("name")) for given in Page(html).inputs}


def test_a_slider_nobody_touched_has_an_empty_number_and_no_name_of_its_own() -> None:
    page = Page(form(parse(sheet(question("s100")))))
    assert page.sent["it"] == [""]
    ranges = [given for given in page.inputs if given.get("type") == "range"]
    assert [given.get("name") for given in ranges] == [None]


def test_a_scale_starts_with_nothing_chosen_and_zero_can_be_chosen() -> None:
    definition = parse(sheet(question("s10")))
    assert Page(form(definition)).sent.get("it") is None
    assert Page(form(definition, values={"it": 0})).sent["it"] == ["0"]


def rows_shown(html: str) -> tuple[int, int]:
    """How many rows there are, and how many of them wait behind "Add another" when there is a script."""
    return len(re.findall(r" data-row[ >]", html)), html.count(" data-spare")


@pytest.mark.parametrize(
    ("filled", "shown", "spare"), [(0, 2, 1), (1, 3, 2), (2, 4, 2), (3, 5, 2), (4, 5, 1), (5, 5, 0)]
)
def test_without_a_script_there_are_two_more_rows_than_filled_ones(filled: int, shown: int, spare: int) -> None:
    definition = parse(sheet(question("rows", max=5)))
    values = {"it": [{"what": str(number)} for number in range(filled)]}
    assert rows_shown(form(definition, values=values)) == (shown, spare)


def test_add_another_shows_one_more_row_when_the_page_comes_back() -> None:
    definition = parse(sheet(question("rows", max=5)))
    assert rows_shown(form(definition, more="it")) == (2, 0)
    assert rows_shown(form(definition, more="elsewhere")) == (2, 1)


def test_enter_in_a_line_saves_instead_of_adding_a_row() -> None:
    html = form(parse(sheet(question("rows"))))
    assert html.index('name="save"') < html.index('name="more"')
    assert 'name="save"' not in form(parse(sheet(question("text"))))


@pytest.mark.finding("F34")
def test_a_part_can_be_kept_private_where_it_is_written_or_at_the_end() -> None:
    page = Page(form(LIBRARY["w01"], kept=["situation", "thought"]))
    assert sorted(page.sent["private"]) == ["situation", "thought"]
    offered = [given["value"] for given in page.inputs if given.get("name") == "private"]
    assert sorted(map(str, offered)) == sorted(field.key for field in LIBRARY["w01"].layout("M"))


def test_a_measure_and_a_page_filled_in_together_offer_no_private_parts() -> None:
    assert "private" not in form(LIBRARY["w01"], kept=None)
    assert "private" not in form(LIBRARY["phq-8"], kept=[])


@pytest.mark.finding("F34")
@pytest.mark.parametrize("viewer", ["therapist", "supervisor", "", "Client"])
def test_others_see_that_something_is_private_and_not_what(viewer: str) -> None:
    values = {**example("w02"), "situation": "SECRETWORDS", "belief": 77}
    kept = ["situation", "belief"]
    html = render(
        f'worksheet_answers definition values kept viewer="{viewer}"',
        definition=LIBRARY["w02"],
        values=values,
        kept=kept,
    )
    assert "SECRETWORDS" not in html
    assert "77" not in html
    assert html.count("Wrote something, kept private") == 2
    assert all("SECRETWORDS" not in line.text for line in summary.lines(LIBRARY["w02"], values, kept))
    assert "SECRETWORDS" not in summary.headline(LIBRARY["w02"], {"situation": "SECRETWORDS"}, kept)
    assert summary.own_words(LIBRARY["w02"], values, "situation", kept) == ""
    assert [label for label, _shift in summary.changes(LIBRARY["w02"], values, kept)] == ["What I felt"] * 3


def test_the_client_reads_their_own_private_parts_marked_as_such() -> None:
    html = render(
        'worksheet_answers definition values kept viewer="client"',
        definition=LIBRARY["w02"],
        values={"situation": "MYWORDS"},
        kept=["situation"],
    )
    assert "MYWORDS" in html
    assert "Only you can read this" in html


@pytest.mark.finding("F04")
def test_a_reviewer_reads_what_was_tried_and_found_out_first_and_the_client_in_the_order_it_was_written() -> None:
    definition, values = LIBRARY["w26"], example("w26")
    for_review = [one.field.key for one in summary.shown(definition, values)]
    for_client = [one.field.key for one in summary.shown(definition, values, for_client=True)]
    assert for_review[:2] == ["tried", "found_out"]
    assert for_client[-2:] == ["tried", "found_out"]
    assert sorted(for_review) == sorted(for_client)


def test_ratings_made_twice_are_told_once_as_a_change() -> None:
    lines = {line.key: line.text for line in summary.lines(LIBRARY["w02"], example("w02"))}
    assert lines["belief_change"] == "80, now 45"
    assert lines["emotions_change"] == "Worried 55, Lonely 60, now 40, Calm now 30"
    assert "belief" not in lines and "emotions" not in lines


def test_the_change_is_there_as_numbers_too() -> None:
    changes = dict(summary.changes(LIBRARY["w08"], example("w08")))
    assert changes["How sure I was"].difference == -35
    assert changes["Mood"].difference == 2


def test_a_rating_made_once_is_told_as_it_is() -> None:
    lines = {line.key: line.text for line in summary.lines(LIBRARY["w02"], {"belief": 80})}
    assert lines == {"belief": "80 of 100"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", 'Rain <b>&</b> "tea"'),
        ("long", "Two lines and a gap </textarea>"),
        ("s10", "0 of 10"),
        ("s100", "85 of 100"),
        ("number", "2.5 cups"),
        ("duration", "1 h 30 min"),
        ("date", "March 29, 2026"),
        ("time", "11:05 p.m."),
        ("datetime", "March 29, 2026, 2:30 a.m."),
        ("choice", "The second"),
        ("yesno", "No"),
        ("checklist", "The first, The second"),
        ("emo", "Afraid 60, Happy, <odd> 0"),
        ("rows", "What Walk, Mood 0 of 10, How The second, Fine Yes; What Rest, Fine No"),
        ("ladder", "Step Walk past, How hard? 0 of 100; Step Ring the bell, How hard? 70 of 100, What my phone"),
        ("timer", "1 min 35 s, How strong? 80"),
        ("body", "Chest Tight, Feet"),
        ("ref", "Ring the bell"),
        ("audio", "A recording"),
        ("photo", "A photo"),
        ("note", ""),
        ("grid", "Monday, Night, What Read, Mood 10 of 10; Sunday, Morning, Fine No"),
    ],
)
def test_every_kind_has_a_line_for_lists(kind: str, text: str) -> None:
    assert EVERYTHING.by_key[f"a_{kind}"].summary(EVERY_KIND[kind][1]) == text


def test_the_headline_is_what_was_found_out_and_ends_at_a_word() -> None:
    values = {"thought": "A thought", "found_out": "It is  always\nbefore the Monday call. " * 9}
    assert summary.headline(LIBRARY["w01"], values, limit=40) == "It is always before the Monday call …"
    assert summary.headline(LIBRARY["w01"], {"thought": "A thought"}) == "A thought"
    assert summary.headline(LIBRARY["w01"], {}) == ""


def test_an_entry_with_nothing_in_it_says_so() -> None:
    assert "Nothing is written here yet." in render(
        "worksheet_answers definition values", definition=LIBRARY["w01"], values={}
    )


@pytest.mark.finding("F15")
def test_the_example_opens_by_itself_when_the_first_step_was_not_clear() -> None:
    assert '<details class="fold example">' in render("worksheet_example definition", definition=LIBRARY["w01"])
    assert '<details class="fold example" open>' in render(
        "worksheet_example definition open=True", definition=LIBRARY["w01"]
    )
    assert render("worksheet_example definition", definition=LIBRARY["phq-8"]).strip() == ""


@pytest.mark.finding("F59")
@pytest.mark.parametrize(("slug", "size"), SHOWN)
def test_every_worksheet_has_a_sheet_to_fill_in_by_hand(slug: str, size: str) -> None:
    definition = LIBRARY[slug]
    page = Page(render("worksheet_paper definition size", definition=definition, size=size))
    assert page.inputs == []
    for field in definition.layout(size):
        assert field.label in page.text


@pytest.mark.parametrize("slug", ["phq-8", "gad-7"])
def test_a_measure_shows_its_stem_its_credit_and_a_way_not_to_answer(slug: str) -> None:
    found = LIBRARY[slug].measure
    assert found is not None
    page = Page(form(LIBRARY[slug], kept=[]))
    assert found.stem in page.text
    assert found.attribution in page.text
    assert page.text.count("I’d rather not answer this one") == len(found.items)
    assert "mood" not in page.sent
    assert found.attribution in render("worksheet_paper definition", definition=LIBRARY[slug])


def test_the_same_page_in_spanish_has_no_english_question_left() -> None:
    with translation.override("es"):
        definition = LIBRARY["w26"].localised("es")
        page = Page(form(definition, values={}))
    for field in LIBRARY["w26"].layout("M"):
        assert field.label not in page.text
        assert definition.by_key[field.key].label in page.text


def test_a_question_that_depends_on_another_is_there_without_a_script() -> None:
    later = question("text", "later", show_if={"field": "first", "any_of": ["yes"]})
    html = form(parse(sheet(question("yesno", "first"), later)))
    assert 'data-show-if="first" data-show-any="yes"' in html
    assert " hidden" not in html


def test_feelings_rated_again_are_open_with_what_they_were_before() -> None:
    html = form(LIBRARY["w02"], values={"emotions": [{"feeling": "lonely", "strength": 60}]})
    second = html[html.index('data-again="emotions"') :]
    assert re.search(r"<details open><summary>Sadness", second)
    assert re.search(r"Lonely <small class=\"faint\">\(60\)</small>", second)


def test_a_number_is_shown_as_it_was_typed() -> None:
    assert [as_typed(value) for value in (5, 5.0, 2.5, True, "x", None, [1], 10**30)] == [
        "5",
        "5",
        "2.5",
        "yes",
        "x",
        "",
        "",
        "",
    ]


def test_an_odd_night_is_asked_about_beside_the_time_it_ends() -> None:
    html = form(LIBRARY["w12"], values={**example("w12"), "into_bed": "10:45"})
    assert Page(html).ids["id_got_up_notice"] == 1
    assert "Please check the times." in html
    assert "aria-invalid" not in html
