"""Pages of reviewing: the client's first page and the therapist's."""
