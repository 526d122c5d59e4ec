"""What changes the library, and what is chosen about it."""
