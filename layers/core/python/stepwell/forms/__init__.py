"""Forms: what they ask, what of it a contact has not told yet, what a submission must look like."""
