"""The work agreed with one client: assignment, plan, entry."""
