"""Scoring: what a contact's behaviour is worth, to whom it must be told, and why."""
