"""The API of reviews, digests, questions and wins."""
