"""What a workspace says of its e-mail besides providers and streams: warm-up, seeds, who hears of trouble."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from stepwell.channels.settings import ChannelSettings, Stream

_ADDRESS = r"^[^@\s<>,;\"]{1,64}@[^@\s<>,;]{3,253}$"
Address = Annotated[str, Field(pattern=_ADDRESS, max_length=320)]


class WarmUp(BaseModel):
    """A warm-up: how many messages of a stream may go on each of its first days, in UTC.

    Attributes:
        stream: Whose messages it counts.
        starts: Its first day.
        caps: Messages a day, from the first day on; afterwards there is no cap. Empty: the usual schedule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stream: Stream
    starts: date
    caps: tuple[Annotated[int, Field(gt=0, le=100_000_000)], ...] = Field(default=(), max_length=90)


class EmailSettings(ChannelSettings):
    """E-mail of a workspace.

    Attributes:
        providers: Its providers; none: SES.
        streams: By which providers each stream goes; one not named: by all, in their order.
        warm_up: At most one a stream.
        seeds: Addresses that get a copy of each published message once.
        watchers: Addresses that hear of alarms and pauses; empty: the workspace's reply address.
        pause: Whether marketing is paused by itself at the limit of Gmail and Yahoo.
    """

    warm_up: tuple[WarmUp, ...] = Field(default=(), max_length=2)
    seeds: tuple[Address, ...] = Field(default=(), max_length=50)
    watchers: tuple[Address, ...] = Field(default=(), max_length=10)
    pause: bool = True

    def warming(self, stream: str) -> WarmUp | None:
        """Return the warm-up of a stream."""
        return next((plan for plan in self.warm_up if plan.stream == stream), None)
