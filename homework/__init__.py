"""The work between sessions: worksheets, safety, assignments and reviews."""
