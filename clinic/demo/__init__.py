"""The demo clinic: invented people, on this machine only."""
