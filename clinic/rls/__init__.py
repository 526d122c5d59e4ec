"""Row-level security per clinic: the database backend that carries the scope, and the policies in migrations."""
