"""Records in DNS by dnspython, which email-validator brings along; see `stepwell.deliverability.records.Records`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepwell.deliverability.records import Kind
from stepwell.errors import Unavailable

TIMEOUT_S = 3.0


class DnsRecords:
    """Asks the system's name servers, each name once.

    Args:
        resolver: A dnspython resolver; default: the system's.
    """

    def __init__(self, resolver: Any = None) -> None:
        self._resolver = resolver
        self._known: dict[tuple[str, Kind], Sequence[str]] = {}

    def lookup(self, name: str, kind: Kind) -> Sequence[str]:
        """Return the values of a name's records; none: there are none.

        Raises:
            Unavailable: DNS did not say in time.
        """
        key = (name.lower().rstrip("."), kind)
        if key not in self._known:
            self._known[key] = self._asked(*key)
        return self._known[key]

    def _asked(self, name: str, kind: Kind) -> Sequence[str]:
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer, get_default_resolver

        resolver = self._resolver or get_default_resolver()
        try:
            answer = resolver.resolve(name, kind, lifetime=TIMEOUT_S, search=False)
        except (NXDOMAIN, NoAnswer):
            return ()
        except (DNSException, OSError, UnicodeError) as error:
            raise Unavailable(f"DNS did not say what {name} has.", code="dns_silent") from error
        return [_text(record, kind) for record in answer]


def _text(record: Any, kind: Kind) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")
    if kind == "MX":
        return f"{record.preference} {record.exchange.to_text(omit_final_dot=True)}"
    return str(record.target.to_text(omit_final_dot=True))
