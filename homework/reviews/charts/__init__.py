"""Drawings for the care team, made on the server: coordinates only, pure, each with a sentence and a table beside it.

`frame` turns days and values into places, `drawing` is what a template draws (`ui/chart.html`), and there is one module for
each thing that is drawn: `measures` (bands, cut-off, reliable change, plan events), `engagement` (amount and depth, two charts
that are never made into one, F49) and `mood`. Nothing here names a cause (F50): lines stand on the same days, that is all.
"""
