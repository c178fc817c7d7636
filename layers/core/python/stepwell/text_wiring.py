"""Wires what takes text messages that come in, and their short links; loaded when the first of them does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from stepwell.adapters.short_links import DynamoShortLinks
from stepwell.channels.sms.settings import SmsSettings
from stepwell.contracts.events import Event
from stepwell.triggers.short_clicks import ClickPorts
from stepwell.triggers.text_answers import AnswerPorts, take

if TYPE_CHECKING:
    from stepwell.wiring import Stores

_KEPT_S = 60.0


@cache
def click_ports() -> ClickPorts:
    """Return what opening a short link reaches."""
    from stepwell.bootstrap import container

    wired = container()
    return ClickPorts(
        clock=wired.clock, links=DynamoShortLinks(wired._config_table, wired.clock), stream=wired.sink
    )


class TextAnswers:
    """Takes texts; see `stepwell.triggers.mapping.TakesTexts`.

    Args:
        stores: The deployment's.
    """

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._sender = stores.sender("sms")
        self._tenants: tuple[float, list[str]] = (-_KEPT_S, [])
        self._ports = AnswerPorts(
            clock=stores.clock,
            profiles=stores.profiles,
            messaging=stores.messaging,
            proofs=stores.proofs,
            workspaces=stores.workspaces,
            used=stores.sources,
            settings=self.settings,
            texts=self._sender,
        )

    def settings(self, tenant: str) -> SmsSettings:
        """Return a workspace's settings of text messages, up to a minute old."""
        found = self._sender.settings(tenant)
        assert isinstance(found, SmsSettings)  # noqa: S101 - the table of channels says so
        return found

    def take(self, tenant: str, event: Event) -> Sequence[Event]:
        """Act on a text that came in; return what goes on the stream."""
        return take(self._ports, tenant, event).events

    def owners(self, number: str) -> list[str]:
        """Return the workspaces that send from a number; where there is one workspace alone, it is that one.

        A number that several name is answered for all of them: an opt-out must miss nobody.
        """
        tenants = self._all()
        found = [
            tenant for tenant in tenants if any(number == one.value for one in self.settings(tenant).senders)
        ]
        return found or (tenants if len(tenants) == 1 else [])

    def _all(self) -> list[str]:
        now = time.monotonic()
        if now - self._tenants[0] >= _KEPT_S:
            self._tenants = (now, self._stores.workspaces.tenants())
        return self._tenants[1]
