"""Outcomes for the clinic: what a whole service can learn from, and in which nobody can be found (F39, F53-F56, F60, F72).

`suppress` says what may be told at all. `barriers`, `equity`, `change` and `plans` each count one month for one clinic and
hand back what may be told; `shown` turns what was kept into a page. Nothing is counted by therapist, and no client is named.
"""
