"""Help now and, later, what happens on a risky answer."""
