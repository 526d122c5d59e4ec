"""Elif's story clients: Ines, Grace."""

from homework.demo.weeks import Course, written

# Ines: against the task in weeks two and three, so listening comes first; nothing in week four; her own idea in week eight.
INES = Course(
    tuple(
        written(
            ["w31", "w31", "w31", "w31", "w24", "w25", "w25", "w36", "w36", "w25", "w36", "w36"],
            starts=[1, 0, 0, 0, 1, 1, 1, 1, 2, 1, 2, 1],
            amount=[1, 0, 0, 0, 2, 3, 3, 2, 3, 3, 3, 2],
            depth=[4, 4, 4, 4, 6],
            obstacle=["point", "point", "point", ""],
            nothing=[False, False, False, True, False],
            beliefs=[(3, 4, 4, 5), (2, 4, 4, 4), (2, 4, 4, 4), (6, 6, 4, 7)],
            says=["yes", "talk", "talk", "yes"],
            tell=["", "Why should I write this down?", "I still do not see what it is for.", ""],
            answers=[{}, {}, {}, {}, {}, {"importance": 3}, {"importance": 4}, {}, {}, {"importance": 6}, {}],
        )
    ),
    noun="experiment",
)

# Grace: no tasks by choice, until in week five she asks for something to work on. Nothing of hers is counted in percent.
GRACE = Course(
    tuple(
        written(
            [""] * 4 + ["w31"] * 3 + ["w36"] * 2 + ["w35"] * 3,
            nothing=[True] * 4 + [False],
            starts=[0, 0, 0, 0, 1, 2, 1, 2, 1, 1, 2, 1],
            amount=[0, 0, 0, 0, 3],
            depth=[7],
            size=["S", "S", "S", "S", "M"],
        )
    ),
    noun="exercise",
)
