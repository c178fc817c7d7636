"""A light check of e-mail addresses: what no provider would take is not worth a claim and a bounce."""

from __future__ import annotations

import re
from collections.abc import Collection

# RFC 5321 dot-atom; quoted local parts are legal and in practice typing errors.
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


def sendable_address(text: str) -> str | None:
    """Return the address in the form that SMTP carries, or None when it is no address.

    A domain in other scripts becomes its IDNA 2008 form; a local part beyond ASCII needs SMTPUTF8, which SES
    does not speak, and counts as none.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.match(local):
        return None
    ascii_domain = _ascii(domain)
    if ascii_domain is None or len(local) + 1 + len(ascii_domain) > 254:
        return None
    labels = ascii_domain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.match, labels)) or labels[-1].isdigit():
        return None
    return f"{local}@{ascii_domain}"


def _ascii(domain: str) -> str | None:
    if domain.isascii():
        return domain.lower()
    import idna  # only few contacts have such a domain; its tables are big

    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return None


def as_people_write(address: str) -> str:
    """Return an address with its domain in the script that people write it in."""
    local, at, domain = address.strip().lower().rpartition("@")
    if "xn--" not in domain:
        return address
    import idna

    try:
        return f"{local}{at}{idna.decode(domain)}"
    except idna.IDNAError:
        return address


def allowed(address: str, allowlist: Collection[str] | None) -> bool:
    """Tell whether a workspace's allowlist lets an address through: None: all; ``@b.c`` stands for a domain."""
    if allowlist is None:
        return True
    plain = address.lower()
    listed = {entry.strip().lower() for entry in allowlist}
    return plain in listed or "@" + plain.rpartition("@")[2] in listed
