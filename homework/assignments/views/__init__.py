"""Pages of work: the client's and the therapist's."""
