"""Hana's story clients: Amara, Karim, Olu."""

from homework.demo.weeks import Course, written

# Amara, a steady improver: PHQ-9 18 to 6, better by a reliable change from week five, below the cut-off from week seven.
AMARA = Course(
    tuple(
        written(
            ["w04"] * 4 + ["w05"] * 5 + ["w20"] * 3,
            [18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6],
            starts=[2, 3, 3, 4, 3, 3, 4, 3, 3, 2, 2, 2],
            amount=[2, 3, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4],
            depth=[4, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8],
            size=["S", "S", "M"],
            outcome=["keep", "bigger", "keep", "replace"],
        )
    )
)

# Karim: everything done, little learned, until the task changes in week five.
KARIM = Course(
    tuple(
        written(
            ["w03"] * 4 + ["w08"] * 8,
            [15, 15, 15, 15, 14, 13, 12, 11, 10, 10, 9, 9],
            starts=[1, 1, 1, 1, 2],
            amount=[4],
            depth=[3, 2, 3, 2, 7],
            size=["M"],
            beliefs=[(6, 7, 4, 8)],
            found=["", "", "", "", "", "I guessed what they thought, and I was wrong.", ""],
            outcome=["keep", "keep", "keep", "replace", "keep"],
        )
    )
)

# Olu: eight weeks, better, a plan for staying well at the end. Care has ended; what was written stays to be read.
OLU = Course(
    tuple(
        written(
            ["w05"] * 5 + ["w20"] * 3,
            [13, 12, 11, 9, 8, 7, 6, 5],
            starts=[2, 3, 3, 3, 2, 1, 1, 1],
            amount=[3, 3, 4, 3, 3, 4],
            depth=[5, 6, 6, 7],
            size=["S", "M"],
        )[:8]
    )
)
