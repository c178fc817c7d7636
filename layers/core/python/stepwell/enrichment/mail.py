"""Whether an address can take mail: its syntax, and its domain in DNS. Asked where a form was sent or money is spent.

Never in the pass: a slow name server must not hold up the stream.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.enrichment.ports import MailDomains

DELIVERABLE = "email_deliverable"
"""The field that says it."""
SOURCE = "validation"


def judge(address: str, domains: MailDomains) -> bool | None:
    """Tell whether an address can take mail; None: DNS did not say."""
    # Loaded by the worker alone.
    from email_validator import EmailNotValidError, validate_email

    try:
        # Reserved names (RFC 2606) are a matter of DNS as well: tests and examples use them.
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return domains.takes_mail(checked.ascii_domain)


def told_of(profile: str, address: str, verdict: bool, now: datetime) -> dict[str, Any]:
    """Return the event that tells a contact what was found out about its address."""
    day = iso(now)[:10]
    return {
        "v": 1,
        "message_id": f"mx-{short_hash('mx', profile, address.lower(), str(verdict), day, length=24)}",
        "kind": "identify",
        "name": "identify",
        "profile": profile,
        "traits": {DELIVERABLE: verdict},
        "occurred_at": iso(now),
        "received_at": iso(now),
        "source": SOURCE,
    }
