"""Channels: their providers, streams and kinds."""

from __future__ import annotations

from replies.forms import Json, Reply, Time


class ProviderKind(Reply):
    """A kind of provider.

    Attributes:
        options: JSON Schema of its options.
        secrets: Sets of secrets that it takes, each complete by itself.
    """

    kind: str
    label: str
    options: Json
    secrets: list[list[str]]


class Channel(Reply):
    """A channel of the workspace.

    Attributes:
        rev: Send it back with the next change; 0: nothing is set, the default provider sends.
        default: The kind that sends where no provider is set; null: none does.
        settings: `providers`, `streams`, and what else the channel has; of secrets only when they were set.
        kinds: Kinds of providers that there are.
    """

    channel: str
    rev: int
    default: str | None
    settings: Json
    kinds: list[ProviderKind]


class ProviderState(Reply):
    """How a provider fared lately.

    Attributes:
        failures: How often in a row it took nothing.
        rests_until: Until when the others of its stream are asked first; null: it is asked in its turn.
    """

    provider: str
    failures: int
    rests_until: Time | None


class ProviderSecrets(Reply):
    """Secrets of a provider were set.

    Attributes:
        rev: Revision of the channel's settings.
    """

    channel: str
    provider: str
    rev: int
    set_at: Time
