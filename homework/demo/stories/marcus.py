"""Marcus's story clients: Tomas, Henrik, Bea."""

from homework.demo.weeks import Course, changed, written

_TOMAS = written(
    ["w03", "w03", "w01", "w01", "w01", "w02"],
    [16, 16, 17, 15, 14, 13, 12, 11, 10, 10, 9, 9],
    starts=[0, 0, 1, 3, 3, 3, 4, 3, 3, 4, 3, 2],
    amount=[0, 0, 1, 3, 3, 3, 4, 3, 3, 4, 3, 2],
    depth=[5, 5, 4, 6, 6, 6, 6, 7, 6, 7, 7, 7],
    size=["M", "M", "M", "S", "S", "M"],
    shrunk=[False, False, True, False],
    beliefs=[(5, 6, 7, 4), (5, 6, 7, 5), (6, 7, 4, 7)],
    step_known=["no", "partly", "yes"],
    obstacle=["tired", "tired", "tired", "tired", ""],
    wish=["smaller", "smaller", "same"],
    tell=["", "", "", "Can I skip the evidence columns?", ""],
    found=["", "", "One line is enough to start.", "It's always before the Monday call.", ""],
    outcome=["keep", "smaller", "keep"],
    times=[5],
)
# Tomas: a stall (sure 4, no first step, nothing started twice), then a step down he chose himself, then his own pace.
TOMAS = Course(
    tuple(changed(_TOMAS, 12, tell="Can I skip the second part?", found="It's always before the Monday call."))
)

# Henrik, a night nurse with two children: three-minute versions, written before dawn. His day ends when others' begins.
HENRIK = Course(
    tuple(
        written(
            ["w12"] * 6 + ["w01"] * 6,
            [13, 13, 12, 12, 12, 11, 11, 11, 10, 10, 10, 9],
            starts=[2, 3, 3],
            amount=[2, 3],
            depth=[5, 6],
            obstacle=["care"],
            size=["S"],
            minutes=[3],
            late=[True],
        )
    ),
    quiet=(9, 16),
    place="the nurses’ kitchen",
)

# Bea: two sessions, then nothing more. One message, no chasing; care ended by her own decision.
BEA = Course(tuple(written(["w04"], [14, 14], starts=[2, 0], amount=[2, 0], depth=[5])[:2]))
