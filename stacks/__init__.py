"""The platform's infrastructure: one stack a concern, the same for AWS and for the local cloud."""
