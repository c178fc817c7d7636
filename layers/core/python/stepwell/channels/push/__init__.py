"""Web push: what a notification holds, where it goes, how what becomes of it is led home, and with which keys."""
