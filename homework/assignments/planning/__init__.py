"""What planning together needs to know: the words, the sizes, the places, what suits, what was agreed. Reads only."""
