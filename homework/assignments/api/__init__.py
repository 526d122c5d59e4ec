"""The API of plans, goals and entries, over the same querysets and actions as the pages."""
