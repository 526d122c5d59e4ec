"""What somebody of the demo writes on a sheet: answers in the size they chose, made from the stock in `words`. Pure."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from homework.demo import words

Draw = random.Random
Answers = dict[str, Any]
QUIET = ("w39", "w43", "w06", "w25")  # sheets on which nobody is asked what they tried and found out
NO_MOOD = ("w04", "w06", "w12", "w25", "w31", "w35", "w36")


def on_sheet(slug: str, size: str, draw: Draw, *, filled: float, mood: float, language: str = "en") -> Answers:
    """The answers of one entry: `filled` 0 to 1 says how much of the page was written, `mood` 0 to 10 how the day was."""
    found = draw.choice(words.FOUND_ES if language == "es" else words.FOUND)
    before = max(0, min(10, round(mood + draw.gauss(0, 1))))
    if slug == "w39":
        more = {"energy": draw.randint(1, 8), "one_word": draw.choice(words.WORDS)} if size != "S" else {}
        return {"mood_now": before, **more}
    own = (SPANISH if language == "es" else SHEETS).get(slug, SHEETS["w31"])(size == "S", draw)
    values: Answers = {key: own[key] for key in list(own)[: max(1, round(len(own) * filled))]}
    if slug not in (*NO_MOOD, "w43"):
        values |= {"mood_before": before, "mood_after": max(0, min(10, before + draw.choice((0, 1, 1, 2))))}
    if filled >= 0.5 and slug not in ("w12", *QUIET):
        values |= {"tried": draw.choice(words.TRIED), "found_out": found}
    if language == "es":
        values.pop("tried", None)
    return values


def _feelings(draw: Draw) -> list[Answers]:
    return [{"feeling": name, "strength": draw.randrange(20, 95, 5)} for name in draw.sample(words.FEELINGS, 2)]


def _moment(small: bool, draw: Draw) -> Answers:
    if small:
        return {"emotions": _feelings(draw)[:1], "one_word": draw.choice(words.WORDS)}
    return {
        "situation": draw.choice(words.SITUATIONS),
        "thought": draw.choice(words.THOUGHTS),
        "emotions": _feelings(draw),
    }


def _thought(small: bool, draw: Draw) -> Answers:
    own = {"hot_thought": draw.choice(words.THOUGHTS), "other_ways": [{"view": draw.choice(words.VIEWS)}]}
    if small:
        return own
    belief = draw.randrange(60, 95, 5)
    after = belief - draw.randrange(5, 40, 5)
    said = {"situation": draw.choice(words.SITUATIONS), "emotions": _feelings(draw)}
    return {**said, **own, "belief": belief, "belief_after": after}


def _whole_picture(small: bool, draw: Draw) -> Answers:
    if small:
        return {"one_thought": draw.choice(words.THOUGHTS), "other_way": draw.choice(words.VIEWS)}
    return {
        "situation": draw.choice(words.SITUATIONS),
        "emotions": _feelings(draw),
        "thoughts": [{"thought": draw.choice(words.THOUGHTS), "belief": draw.randrange(60, 95, 5)}],
        "speaks_for": [{"fact": "It went like that once, in March."}],
        "speaks_against": [{"fact": draw.choice(words.VIEWS)}],
        "balanced": draw.choice(words.VIEWS),
        "balanced_belief": draw.randrange(30, 70, 5),
    }


def _day(small: bool, draw: Draw) -> Answers:
    if small:
        return {"first_half": draw.choice(words.ACTIVITIES), "second_half": draw.choice(words.ACTIVITIES)}
    parts = {
        part: {
            "activity": draw.choice(words.ACTIVITIES),
            "mood": draw.randint(2, 7),
            "mastery": draw.randint(1, 8),
            "pleasure": draw.randint(1, 8),
        }
        for part in ("morning", "afternoon", "evening")
    }
    return {"day": {"today": parts}}


def _actions(small: bool, draw: Draw) -> Answers:
    what = draw.choice(words.ACTIVITIES)
    if small:
        return {"small_action": what, "small_when": draw.choice(words.ANCHORS), "small_done": "yes"}
    return {"actions": [{"what": what, "day": "tue", "minutes": 10, "done": "yes", "mood": 6}]}


def _steps(_small: bool, draw: Draw) -> Answers:
    names = draw.sample(words.ACTIVITIES, 4)
    return {"steps": [{"step": name, "suds": 30 + 15 * place} for place, name in enumerate(names)]}


def _step(small: bool, draw: Draw) -> Answers:
    if small:
        return {"small_way": draw.choice(("picture", "door")), "learned": draw.choice(words.FOUND)}
    said = {"feared": draw.choice(words.THOUGHTS), "likely": 60, "fear_start": 50, "fear_peak": 60, "fear_end": 35}
    return {**said, "happened": draw.choice(words.FOUND), "likely_after": 30, "learned": draw.choice(words.FOUND)}


def _try_out(small: bool, draw: Draw) -> Answers:
    own = {"prediction": draw.choice(words.THOUGHTS), "happened": draw.choice(words.FOUND)}
    return own if small else {**own, "belief": 80, "test": "Ask one person on Thursday.", "belief_after": 45}


def _night(small: bool, draw: Draw) -> Answers:
    night = {"into_bed": "22:50", "got_up": "06:55", "rested": draw.randint(2, 7)}
    if small:
        return night
    more = {"tried_to_sleep": "23:20", "fell_asleep_after": draw.randrange(10, 70, 5), "times_awake": 2}
    return {**night, **more, "awake_minutes": draw.randrange(10, 60, 5), "last_woke": "06:30"}


def _staying_well(small: bool, draw: Draw) -> Answers:
    own = {
        "signs": [{"sign": draw.choice(words.SIGNS), "how_bad": 4}],
        "first_step": "Ring the clinic, or write one line.",
    }
    if small:
        return own
    return {**own, "helps": [{"what": draw.choice(words.ACTIVITIES)}], "people": "My sister. Jo from work."}


def _matters(small: bool, draw: Draw) -> Answers:
    said, step = "To be somebody they can ring.", draw.choice(words.ACTIVITIES)
    if small:
        return {"one_area": "Family", "one_words": said, "one_step": step}
    return {"areas": [{"area": "Family", "words": said, "importance": 9, "lived": draw.randint(2, 7), "step": step}]}


def _both_sides(small: bool, draw: Draw) -> Answers:
    own = {"stay_good": "I know how this goes. Nobody is disappointed."}
    if small:
        return own
    more = {"stay_less": "The weeks look alike.", "change_less": "I might fail at it.", "change_good": "Mornings back."}
    return {"about": "Going out again", **own, **more, "weight": draw.randint(4, 7)}


def _number(small: bool, draw: Draw) -> Answers:
    own = {"importance": draw.randint(3, 7)}
    return own if small else {**own, "confidence": draw.randint(2, 7), "why_not_lower": "Part of me is curious."}


def _saying(small: bool, draw: Draw) -> Answers:
    own = {"sentence": "I would like ten minutes to finish this.", "noticed": draw.choice(words.FOUND)}
    return own if small else {"who": "M.", "scared": 60, **own, "emotions": _feelings(draw)}


def _wonder(small: bool, draw: Draw) -> Answers:
    own = {"noticed": draw.choice(words.NOTICED)}
    return own if small else {**own, "where_noticed": "me", "surprise": draw.choice(words.FOUND)}


def _dream(small: bool, draw: Draw) -> Answers:
    if small:
        return {"picture": draw.choice(words.DREAMS)}
    return {"dream": draw.choice(words.DREAMS), "thinks_of": draw.choice(words.NOTICED)}


def _with_someone(small: bool, draw: Draw) -> Answers:
    own = {"hoped": "That she would ask how it went.", "responded": draw.choice(words.FOUND)}
    return own if small else {"who": "My sister", **own, "felt": "Small, then warm.", "did": draw.choice(words.TRIED)}


def _letter(small: bool, draw: Draw) -> Answers:
    if small:
        return {"to_whom": "My mother", "first_line": draw.choice(words.LETTERS)}
    return {"to_whom": "My mother", "letter": " ".join(words.LETTERS), "keep": "keep"}


def _quiet_minute(small: bool, draw: Draw) -> Answers:
    if small:
        return {"walk": {"lasted": 60}}
    return {"practice": draw.choice(("walk", "sounds", "look")), "noticed": draw.choice(words.FOUND)}


def _room(small: bool, draw: Draw) -> Answers:
    if small:
        return {"one_today": draw.choice(words.ACTIVITIES)}
    return {"picks": [{"what": draw.choice(words.ACTIVITIES), "guess": 10, "actual": 15}]}


def _carry(small: bool, draw: Draw) -> Answers:
    return {"one_word": draw.choice(words.WORDS)} if small else {"carry": draw.choice(words.CARRY)}


def _snag(small: bool, draw: Draw) -> Answers:
    when, then = draw.choice(list(words.IFS.values()))
    return (
        {"one_snag": when, "one_then": then} if small else {"pairs": [{"snag": when, "then": then, "came_up": "used"}]}
    )


def _saying_es(small: bool, draw: Draw) -> Answers:
    own = {"sentence": "Hoy no puedo, mañana sí.", "noticed": draw.choice(words.FOUND_ES)}
    return own if small else {"who": "mi hermana", "scared": 60, **own}


SHEETS: Mapping[str, Callable[[bool, Draw], Answers]] = {
    "w01": _moment, "w02": _thought, "w03": _whole_picture, "w04": _day, "w05": _actions, "w06": _steps, "w07": _step,
    "w08": _try_out, "w12": _night, "w20": _staying_well, "w23": _matters, "w24": _both_sides, "w25": _number,
    "w26": _saying, "w31": _wonder, "w35": _dream, "w36": _with_someone, "w38": _letter, "w41": _quiet_minute,
    "w42": _room, "w43": _carry, "w44": _snag,
}  # fmt: skip
SPANISH: Mapping[str, Callable[[bool, Draw], Answers]] = {**SHEETS, "w26": _saying_es}

MOST = {"phq-9": (8, 3), "phq-8": (8, 3), "gad-7": (7, 3), "pcl-5": (20, 4), "wsas": (5, 8)}
"""Of each measure: how many items make up the total (of the PHQ-9 without question 9), and the most points of one."""
CALM = {"pcl-5": {16: 2}}
"""Items whose high answers stand for themselves (taking risks): never chosen by the dice."""


def on_measure(slug: str, total: int, draw: Draw, *, item9: int = 0) -> Answers:
    """Answers of a questionnaire that add up to exactly `total`, with a given answer to question 9 of the PHQ-9."""
    items, most = MOST[slug]
    tops = {number: CALM.get(slug, {}).get(number, most) for number in range(1, items + 1)}
    points = dict.fromkeys(tops, 0)
    left = total - (item9 if slug == "phq-9" else 0)
    assert 0 <= left <= sum(tops.values()), f"{slug} cannot come to {total}"
    while left:
        at = draw.choice(list(tops))
        if points[at] < tops[at]:
            points[at] += 1
            left -= 1
    if slug == "phq-9":
        points[9] = item9
    return {f"q{number}": value for number, value in points.items()}
