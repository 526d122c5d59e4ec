"""Pages of safety, by audience."""
