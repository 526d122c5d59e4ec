"""Forms of reviewing and of speaking up."""
