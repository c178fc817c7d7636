"""Whether domains take mail, by DNS (RFC 5321, 5.1; RFC 7505); see `stepwell.enrichment.ports.MailDomains`.

What was found is remembered for hours in the process; what DNS did not say in time, for minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

FOUND_S, UNKNOWN_S = 6 * 3_600.0, 300.0
TIMEOUT_S = 3.0
_KEPT = 10_000

Look = Callable[[str, float], "bool | None"]


def look(domain: str, timeout_s: float) -> bool | None:
    """Ask DNS once: True: it takes mail; False: it does not exist, or says that it takes none; None: no answer."""
    from email_validator import EmailUndeliverableError
    from email_validator.deliverability import validate_email_deliverability

    try:
        answer: dict[str, Any] = dict(validate_email_deliverability(domain, domain, int(timeout_s)))
    except EmailUndeliverableError:
        return False
    # The library says so where no name server answered in time.
    return None if "unknown-deliverability" in answer else True


class DnsMailDomains:
    """Asks DNS, and remembers.

    Args:
        ask: Looks a domain up.
        monotonic: Seconds for the memory's age.
    """

    def __init__(self, ask: Look = look, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, bool | None]] = {}

    def takes_mail(self, domain: str) -> bool | None:
        """Tell whether a domain takes mail; None: DNS did not say in time."""
        name, now = domain.lower().rstrip("."), self._monotonic()
        known = self._known.get(name)
        if known is not None and now < known[0]:
            return known[1]
        found = self._ask(name, TIMEOUT_S)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[name] = (now + (UNKNOWN_S if found is None else FOUND_S), found)
        return found
