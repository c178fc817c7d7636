"""The console's built files, as the HTTP API serves them: which file, which copy of it, which headers."""
