"""What sources need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from stepwell.sources.models import SealedSecret, Source


class SourceStore(Protocol):
    """Sources of tenants as ingestion reads them."""

    def find(self, tenant: str, source: str, fresh: bool = False) -> Source | None:
        """Return a source, up to a minute old, or as it is now if ``fresh``; None: there is no such source."""
        ...


class SecretBox(Protocol):
    """Encrypts secrets of sources; a sealed one opens for its own tenant and source only."""

    def seal(self, tenant: str, source: str, text: str) -> str:
        """Encrypt.

        Raises:
            Unavailable: Try again later.
        """
        ...

    def open(self, tenant: str, source: str, secret: SealedSecret) -> str:
        """Decrypt.

        Raises:
            Forbidden: It belongs to another tenant or source.
            Unavailable: Try again later.
        """
        ...


class SigningCertificates(Protocol):
    """Amazon's certificates of SNS messages, and the confirmation of subscriptions."""

    def certificate(self, url: str) -> bytes:
        """Return the PEM text behind a URL that `stepwell.sources.sns` has judged.

        Raises:
            Unavailable: Try again later.
        """
        ...

    def confirm(self, url: str) -> None:
        """Visit the address that confirms a subscription, judged as well.

        Raises:
            Unavailable: Try again later.
        """
        ...


class UsedSignatures(Protocol):
    """Signatures that were taken once and are good no more."""

    def taken(self, tenant: str, source: str, mark: str) -> bool:
        """Tell whether a signature was taken before."""
        ...

    def take(self, tenant: str, source: str, mark: str, until: datetime) -> None:
        """Remember one until it is too old to be taken anyhow."""
        ...
