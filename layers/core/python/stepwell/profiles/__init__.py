"""Contacts: who an event belongs to and what it changes about that person. Pure."""
