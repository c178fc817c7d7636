"""Who may be written to: the send decision, quiet hours and caps, and how people unsubscribe."""
