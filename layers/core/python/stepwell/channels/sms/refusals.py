"""What refusals of text messages are called, wherever they are made and read."""

from __future__ import annotations

ACCOUNT_REFUSED = "account_refused"
"""Code of a `ProviderRejected` that is about the account, its key or its sender: another provider may take it."""
OPTED_OUT = "recipient_opted_out"
"""Code of a `ProviderRejected` because the provider's own list says that the number wants nothing."""
STOPPED = "stopped"
"""Reason of a number that said STOP: nothing goes there, transactional messages included (47 CFR 64.1200(a)(12))."""
