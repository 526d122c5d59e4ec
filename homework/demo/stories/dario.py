"""Dario's story clients: Leila, Ruth, Jonah, Lars. He is away in weeks six and seven; Hana covers."""

from homework.demo.weeks import Course, changed, measured, written

# Leila: no privacy at home, so no message ever; from week four at work over lunch, later on the clinic's tablet.
LEILA = Course(
    tuple(
        written(
            ["w01"],
            [14, 14, 13, 14, 13, 12, 12, 11, 11, 10, 10, 10],
            starts=[1, 0, 1, 2, 2, 3],
            amount=[1, 0, 1, 2, 3, 3],
            depth=[5],
            obstacle=["privacy"] * 4 + [""],
            size=["S"],
            found=["", "", "", "At work nobody looks over my shoulder.", "", "I breathe before I answer.", ""],
        )
    ),
    reminders=False,
    seen_by_others="yes",
    places=((1, "the bathroom, door shut"), (4, "at work, over lunch"), (8, "the tablet at the clinic")),
)

# Ruth: unsure about change, never against the task. Both sides on a page are offered; listening does not have to come first.
RUTH = Course(
    tuple(
        written(
            ["w43"] * 3 + ["w24"] * 3 + ["w05"] * 6,
            [12, 12, 13, 12, 12, 11, 11, 12, 11, 11, 10, 10],
            starts=[1, 1, 0, 1, 1, 1, 2, 1, 2, 2, 1, 2],
            amount=[2, 1, 0, 2, 3, 2, 3, 2, 3, 3, 2, 3],
            depth=[4, 5, 5, 6],
            beliefs=[(5, 6, 5, 5), (5, 6, 5, 6), (6, 6, 5, 6)],
        )
    )
)

# Jonah: worse, then a little better. What follows each answer to question 9 is in `flags`; the last one is open and seen.
_JONAH = written(
    ["w01"] * 4 + ["w39"] * 8,
    [12, 13, 12, 15, 17, 19, 20, 19, 17, 16, 15, 14],
    item9=[0, 0, 0, 1, 1, 2, 2, 1, 1, 1, 0, 1],
    flag=["", "", "", "made_plan", "spoke", "cover", "cover_spoke", "spoke", "spoke", "known", "", "seen"],
    starts=[2, 2, 1, 1, 1, 0, 1, 1, 2],
    amount=[3, 3, 2, 1, 1, 0, 1, 2],
    depth=[5, 5, 4, 4],
    size=["S"],
)
JONAH = Course(tuple(changed(_JONAH, 12, tell="I would like to talk about last week.")))

# Lars: question 9 ticked in error in week three; spoken about, closed with a note.
_LARS = written(
    ["w23"] * 2 + ["w05"] * 4 + ["w41"] * 6,
    [13, 13, 12, 13, 11, 12, 10, 11, 10, 9, 10, 9],
    item9=[0, 0, 1, 0],
    flag=["", "", "mistake", ""],
    starts=[1, 2, 2, 0, 2, 3, 2],
    amount=[2, 3, 3, 0, 2, 4, 3],
    depth=[4, 5, 5, 6],
)
LARS = Course(tuple(measured(_LARS, "gad-7", {1: 9, 3: 9, 5: 8, 7: 8, 9: 7, 11: 7})))
