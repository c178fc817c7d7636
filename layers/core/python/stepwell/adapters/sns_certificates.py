"""Amazon's signing certificates, and confirmed subscriptions; see `stepwell.sources.ports.SigningCertificates`.

The addresses were judged before; the guarded caller still keeps them on public hosts and follows no redirect.
"""

from __future__ import annotations

from stepwell.errors import OutcomeUnknown, Unavailable
from stepwell.runtime.effects import HttpCaller, HttpRequest, HttpResponse

_KEPT = 20
_TIMEOUT_S = 5.0


class SnsCertificates:
    """Certificates, kept for good: another one has another address.

    Args:
        http: Makes the calls.
    """

    def __init__(self, http: HttpCaller) -> None:
        self._http = http
        self._kept: dict[str, bytes] = {}

    def certificate(self, url: str) -> bytes:
        """Return the PEM text behind a URL.

        Raises:
            Unavailable: Try again later.
        """
        if url not in self._kept:
            found = self._get(url).body
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[url] = found
        return self._kept[url]

    def confirm(self, url: str) -> None:
        """Visit the address that confirms a subscription.

        Raises:
            Unavailable: Try again later.
        """
        self._get(url)

    def _get(self, url: str) -> HttpResponse:
        try:
            answer = self._http.call(HttpRequest("GET", url, timeout_s=_TIMEOUT_S))
        except OutcomeUnknown as error:
            # Reading and confirming may be done twice.
            raise Unavailable("SNS did not answer in time.") from error
        if answer.status != 200:
            raise Unavailable(f"SNS answered {answer.status}.", details={"dependency": "SNS"})
        return answer
