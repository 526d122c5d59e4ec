"""Everything that changes people, care teams, sessions and preferences: one file a noun, one action a change."""
