"""Gap: Kinesis stamps records with real time, so a watermark taken from them lags behind virtual time."""

from __future__ import annotations

import time
from typing import Any

from local.patches import Parts


def install(parts: Parts) -> None:
    """Gives the Kinesis and SNS modules the virtual time; other functions of ``time`` stay."""
    from ministack.services import kinesis, sns

    class VirtualTime:
        """The ``time`` module on virtual time."""

        def __getattr__(self, name: str) -> Any:
            return parts.clock.now if name == "time" else getattr(time, name)

    kinesis.time = VirtualTime()
    sns.time = VirtualTime()
