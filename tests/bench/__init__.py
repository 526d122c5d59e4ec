"""Measurements: the program beside a minimal project that does the same units of work, both in one run.

`.venv/bin/python -m tests.bench` prints ratios. Absolute numbers depend on the machine; ratios taken in turns within one run
hold. Not part of the test suite: nothing here is a timed test.
"""
