"""What changes a flag, the set-up, or a line of help."""
