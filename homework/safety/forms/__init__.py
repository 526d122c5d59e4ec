"""Forms of the safety app."""
