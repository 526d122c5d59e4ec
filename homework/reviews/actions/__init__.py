"""Everything that changes the state of reviews and digests."""
