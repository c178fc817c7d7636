"""What providers of mail have in common: a refused account, a sender's two parts, HTML without marks of SES."""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from email.utils import parseaddr

ACCOUNT_REFUSED = "account_refused"
"""Code of a `ProviderRejected` that is about the account, its key or its sender: another provider may take it."""

_SES_TAGS = re.compile(r"""\sses:(?:tags|no-track)(?:=(?:"[^"]*"|'[^']*'))?""")


def without_ses(html: str) -> str:
    """Return HTML without the attributes by which SES counts links, which other providers would send along."""
    return _SES_TAGS.sub("", html) if " ses:" in html else html


def parts_of_sender(line: str) -> tuple[str, str]:
    """Split ``Name <address>`` into its name, in plain characters, and its address."""
    name, address = parseaddr(line)
    try:
        return str(make_header(decode_header(name))), address
    except (UnicodeError, LookupError):
        return name, address
