"""What people type, made into values: one file a noun. What is allowed is decided by the actions."""
