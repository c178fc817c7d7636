"""The Liquid dialect, on python-liquid (MIT): its parser and tags, our filters, limits and look-ups."""
