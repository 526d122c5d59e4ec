"""The demo clinic's twelve weeks: Larkfield Psychological Services, every person invented.

The path of the data: `people` (who) and `courses` (what each week was like, drawn with a fixed seed or written out for the
story clients) are pure; `life` lets the weeks pass by calling the same actions as the pages, with the clock moved; the command
`load_demo` runs it. It stands on top of all apps, because it uses all of them.
"""
