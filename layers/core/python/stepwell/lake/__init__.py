"""Contacts in bulk: hot profiles as rows, conditions as queries over them (Athena's SQL; the jobs' Polars)."""
