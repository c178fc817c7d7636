"""Segments: which contacts belong together, kept true by events and by time."""
