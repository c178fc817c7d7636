"""The `stepwell` command: everything that the API offers, and what needs no API, from a terminal."""
