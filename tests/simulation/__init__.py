"""Translation validation: compiled machines on production handlers against the plain interpreter."""
