"""What moves cohorts through a published workflow: stepping, parking, waking, claiming, reconciling."""
