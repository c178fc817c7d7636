"""The bus of webhooks on EventBridge; see `stepwell.triggers.ports.HookBus`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.contracts.names import WEBHOOK_DETAIL_TYPE, WEBHOOK_SOURCE
from stepwell.errors import Unavailable


class EventBusHooks:
    """Webhooks as events, so that anyone may put rules of their own on them.

    Args:
        client: An `events` client.
        bus: Bus name.
    """

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    def put(self, detail: Mapping[str, Any]) -> None:
        """Put one `webhook.received`.

        Raises:
            Unavailable: It was not taken.
        """
        entry = {
            "EventBusName": self._bus,
            "Source": WEBHOOK_SOURCE,
            "DetailType": WEBHOOK_DETAIL_TYPE,
            "Detail": json.dumps(detail, separators=(",", ":"), ensure_ascii=False),
        }
        with translated("EventBridge"):
            answer = self._client.put_events(Entries=[entry])
        if answer.get("FailedEntryCount"):
            raise Unavailable("The bus did not take the webhook.")
