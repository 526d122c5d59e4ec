"""Views of the clinic app, one file an audience."""
