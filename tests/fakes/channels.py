"""Providers of texts and notifications, and contacts' subscriptions, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from stepwell.channels.sms.settings import SmsSettings
from stepwell.contracts.messages import Push, Sms, Subscription
from stepwell.errors import StepwellError

T = TypeVar("T")


class Hook(Protocol):
    """The world's write hook."""

    def write(self, label: str, apply: Callable[[], T]) -> T: ...


class MemoryTexts:
    """See `stepwell.channels.ports.ConfiguredSender`.

    Attributes:
        accepted: What the provider took, in order; the truth about what was sent.
        attempts: What it was asked to send.
        errors: What is raised, a number; after the message was taken where `taken` names the number.
        taken: Numbers whose message is taken although an error is told.
        told: The workspace's settings.
    """

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.accepted: list[Sms] = []
        self.attempts: list[Sms] = []
        self.errors: dict[str, StepwellError] = {}
        self.taken: set[str] = set()
        self.told = SmsSettings(brand="Shop")

    def settings(self, tenant: str) -> SmsSettings:
        return self.told

    def send(self, message: Sms) -> str:
        return self._hook.write(f"texts.send:{message.tags['visit']}", lambda: self._send(message))

    def _send(self, message: Sms) -> str:
        self.attempts.append(message)
        error = self.errors.get(message.to)
        if error is None or message.to in self.taken:
            self.accepted.append(message)
        if error is not None:
            raise error
        return f"text-{len(self.accepted)}"


class MemoryPushes:
    """See `stepwell.channels.ports.Sender`; `errors` by the id of a subscription."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.accepted: list[Push] = []
        self.attempts: list[Push] = []
        self.errors: dict[str, StepwellError] = {}

    def send(self, message: Push) -> str:
        return self._hook.write(f"pushes.send:{message.tags['visit']}", lambda: self._send(message))

    def _send(self, message: Push) -> str:
        self.attempts.append(message)
        if message.subscription.id in self.errors:
            raise self.errors[message.subscription.id]
        self.accepted.append(message)
        return f"push-{len(self.accepted)}"


class MemorySubscriptions:
    """See `stepwell.channels.ports.Subscriptions`."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Subscription]] = {}

    def live(self, tenant: str, contacts: Mapping[str, Sequence[str]]) -> dict[str, tuple[Subscription, ...]]:
        found = {
            who: tuple(one for id_ in ids for one in self.kept.get(id_, ())) for who, ids in contacts.items()
        }
        return {who: all_ for who, all_ in found.items() if all_}

    def drop(self, tenant: str, profiles: Sequence[str], ids: Sequence[str]) -> None:
        for profile in profiles:
            self.kept[profile] = [one for one in self.kept.get(profile, []) if one.id not in ids]

    def add(self, profile: str, id_: str, **more: Any) -> None:
        """Subscribe a browser."""
        one = Subscription(id_, "web_push", f"https://push.example.com/{id_}", "key", "secret", **more)
        self.kept.setdefault(profile, []).append(one)
