"""Everything that changes the state of assignments, plans and entries."""
