"""Enrichment: what others know of a contact, asked within a budget, and only where the contact did not object."""
