"""Imports and exports: large files in and out, in parts that may be repeated (docs/reference/imports.md)."""
