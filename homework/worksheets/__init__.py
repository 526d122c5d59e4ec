"""Worksheets and measures: one TOML file each, one engine."""
