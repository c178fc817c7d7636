"""Guards removed on purpose: the proof must notice each."""
