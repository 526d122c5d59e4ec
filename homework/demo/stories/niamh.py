"""Niamh's story clients: Mirela, Bianca, Rosa."""

from homework.demo.weeks import Course, changed, measured, written

STEEP = {
    "steps": [
        {"step": "Look at a picture of a lift", "suds": 35},
        {"step": "Stand in the lift, door open", "suds": 60},
        {"step": "One floor, with my brother", "suds": 75},
        {"step": "Ten floors, alone", "suds": 95},
    ]
}
GENTLE = {
    "steps": [
        {"step": "Walk past the lift", "suds": 20},
        {"step": "Press the button and let it go", "suds": 30},
        {"step": "Stand in it, door open, my brother outside", "suds": 45},
        {"step": "One floor, with my brother", "suds": 60},
        {"step": "One floor, alone", "suds": 70},
        {"step": "Three floors, alone", "suds": 80},
    ]
}
WORSE = {"fear_start": 60, "fear_peak": 75, "fear_end": 85, "likely": 80, "likely_after": 85}
EASIER = {"fear_start": 50, "fear_peak": 60, "fear_end": 25, "likely": 60, "likely_after": 30}

_MIRELA = written(
    ["w06", "w07", "w07", "w06"] + ["w07"] * 8,
    starts=[1, 1, 1, 1, 1, 2],
    amount=[3, 2, 2, 3, 2, 3],
    depth=[4, 4, 4, 5, 5, 6, 7],
    size=["M"],
    beliefs=[(7, 6, 8, 6), (7, 6, 8, 7), (6, 6, 9, 5), (7, 7, 5, 7)],
    moods=[(5, 5), (6, 2), (5, 2), (4, 5), (4, 5), (5, 6), (5, 7)],
    answers=[STEEP, WORSE, WORSE, GENTLE, EASIER],
    wish=["same", "same", "smaller", "same"],
    found=["", "", "", "", "", "Standing there it went down by itself.", ""],
    outcome=["keep", "keep", "smaller", "keep"],
)
# Mirela: the approach task was too steep (mood -4, then -3, distress higher at the end); cut anew in week four; fine by seven.
MIRELA = Course(tuple(measured(_MIRELA, "pcl-5", {1: 44, 3: 43, 5: 40, 7: 35, 9: 31, 11: 27})))

_BIANCA = written(
    ["w39"] * 4 + ["w38"] * 5 + ["w39"] * 3,
    [11, 11, 12, 12, 13, 14, 14, 15, 15, 16, 17, 17],
    starts=[2, 2, 1, 1, 1, 1, 0, 1, 1, 2],
    amount=[3, 2, 2, 1, 2, 3, 0, 2, 2, 3],
    depth=[5, 5, 4, 5, 6, 7, 6],
    found=["", "", "", "", "", "I wrote her name for the first time.", ""],
)
# Bianca: worse after a bereavement, and question 9 at 0 throughout: that shows as worse, and raises no flag.
_ANXIOUS = {1: 9, 2: 9, 3: 10, 4: 10, 5: 11, 6: 12, 7: 12, 8: 13, 9: 13, 10: 14, 11: 15, 12: 15}
BIANCA = Course(tuple(measured(_BIANCA, "gad-7", _ANXIOUS)))

_ROSA = written(
    ["w26"],
    starts=[0, 0, 0, 1, 1, 2],
    amount=[0, 0, 0, 2, 3],
    depth=[6, 6, 6, 6, 7],
    size=["S"],
    obstacle=["fit", "fit", "fit", ""],
    chips=[("fit",), ("fit",), ()],
    beliefs=[(5, 3, 6, 5), (5, 3, 6, 5), (5, 4, 6, 6), (7, 7, 4, 7)],
    found=["", "", "", "Decirlo fue más corto que temerlo.", ""],
)
# Rosa, in Spanish: it did not fit her life as it came; a copy of her own (a letter, her aunt beside her), first used in week four.
ROSA = Course(tuple(changed(_ROSA, 4, adapts=True)))
