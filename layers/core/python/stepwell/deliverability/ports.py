"""What the pass needs to keep of bounces, and whom it tells that mail fares badly."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from stepwell.deliverability.bouncing import Bounces


class BounceBook(Protocol):
    """Soft bounces by address, kept where its suppression lies."""

    def bounced(self, tenant: str, address: str, mark: str, at: datetime) -> Bounces:
        """Count a soft bounce, once by its mark; one that is suppressed for another reason stays as it is.

        Raises:
            Unavailable: Try again later.
        """
        ...

    def delivered(self, tenant: str, address: str, at: datetime) -> None:
        """Forget the soft bounces before a delivery, and end the address's rest; one given up stays so."""
        ...


class MailWatch(Protocol):
    """Looks how mail fares, away from the stream."""

    def look(self, tenant: str) -> None:
        """Have somebody look; may be repeated and must not cost the stream its time."""
        ...
