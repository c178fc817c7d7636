"""Looks over an AWS account: what would keep Stepwell from sending, scaling or being deployed, and how to mend it."""
