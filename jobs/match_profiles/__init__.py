"""Finds profiles that are probably one person: Fellegi–Sunter with expectation maximisation, by splink on DuckDB."""
