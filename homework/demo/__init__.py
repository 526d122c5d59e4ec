"""The demo clinic's twelve weeks: Larkfield Psychological Services, every person invented.

The path of the data: `people` (who), `stories` and `courses` (what each week was like, written out for the story clients or drawn
with a fixed seed; both in the values of `weeks`) are pure. `house` is what the clinic has arranged. `living` lets the weeks pass as
`moments` in order (`sessions`, `writing`, `flags`, `telling`, `exchanges`, for couples `pairs`), by calling the same actions as
the pages, with the clock moved; `load` does it side by side in a few processes, and the command `load_demo` runs it. It stands on
top of all apps, because it uses all of them.
"""
