"""What providers of mail have in common: a refused account, and a sender's two parts."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.utils import parseaddr

ACCOUNT_REFUSED = "account_refused"
"""Code of a `ProviderRejected` that is about the account, its key or its sender: another provider may take it."""


def parts_of_sender(line: str) -> tuple[str, str]:
    """Split ``Name <address>`` into its name, in plain characters, and its address."""
    name, address = parseaddr(line)
    try:
        return str(make_header(decode_header(name))), address
    except (UnicodeError, LookupError):
        return name, address
