"""Hands messages to the provider that a workspace chose for the stream; see `stepwell.channels.ports.Sender`.

The next provider is asked only where the one before surely took nothing: it could not be reached, asked to slow down,
or refuses the account as a whole. A message whose outcome is unknown goes to nobody else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.adapters.kept_documents import KeptDocuments
from stepwell.adapters.mail_answers import ACCOUNT_REFUSED
from stepwell.channels.ports import ProviderParts, Sender
from stepwell.channels.providers import kind_of, kinds_of, loaded, settings_model
from stepwell.channels.settings import KIND, ChannelSettings, Provider
from stepwell.contracts.messages import Purpose
from stepwell.errors import NotReady, ProviderRejected, StepwellError, Throttled, Unavailable
from stepwell.runtime.side_by_side import side_by_side

if TYPE_CHECKING:
    from stepwell.sources.ports import SecretBox

_KEPT = 500
AT_ONCE = 16
"""Messages that go side by side to a provider that takes them one by one."""


class Circuits(Protocol):
    """Which providers are left alone for a while; see `stepwell.adapters.circuits`."""

    def open_until(self, tenant: str, provider: str) -> int:
        """Return until when a provider is left alone (epoch milliseconds); 0: it may be asked."""
        ...

    def state(self, tenant: str, provider: str) -> tuple[int, int]:
        """Return how often in a row it failed, and until when it is left alone (epoch milliseconds, or 0)."""
        ...

    def failed(self, tenant: str, provider: str, *, at_once: bool = False) -> None:
        """Note that it took nothing."""
        ...

    def worked(self, tenant: str, provider: str) -> None:
        """Note that it took a message."""
        ...


def passed_on(result: str | StepwellError) -> bool:
    """Tell whether another provider may be asked: this one surely took nothing, and not because of the message."""
    if isinstance(result, ProviderRejected):
        return result.code == ACCOUNT_REFUSED
    return isinstance(result, Unavailable | NotReady)


def _result(sender: Sender, message: Any) -> str | StepwellError:
    try:
        return sender.send(message)
    except StepwellError as error:
        return error


@dataclass(frozen=True, slots=True)
class _Refusing:
    sender: Sender
    refusal: Callable[[Any], StepwellError | None] | None

    def send(self, message: Any) -> str:
        error = self.refusal(message) if self.refusal is not None else None
        if error is not None:
            raise error
        return self.sender.send(message)


def secret_name(channel: str, provider: str) -> str:
    """Return under which name secrets are sealed: no source can have it, ids of sources have no colon."""
    return f"channel:{channel}:{provider}"


class ChannelSender:
    """Sends on one channel, for all workspaces.

    Args:
        channel: The channel.
        documents: Settings of channels, kept for a minute.
        box: Opens secrets.
        parts: What all adapters share: arguments of `ProviderParts`.
        circuits: Which providers are left alone for a while; None: all are asked every time.
        lease: Asks for the right to send by another provider than the preferred one (tenant, provider, messages a
            second); None: its own answer says when it is too much.
        refusal: Says why a message that the gate did not decide about must not go; None: nobody asks.
    """

    def __init__(
        self,
        channel: str,
        documents: KeptDocuments,
        box: Callable[[], SecretBox],
        parts: Mapping[str, Any],
        *,
        circuits: Circuits | None = None,
        lease: Callable[[str, str, float], bool] | None = None,
        refusal: Callable[[Any], StepwellError | None] | None = None,
    ) -> None:
        self._channel = channel
        self._documents = documents
        self._box = box
        self._parts = parts
        self._circuits = circuits
        self._lease = lease
        self._refusal = refusal
        self._lock = RLock()
        self._read: dict[str, tuple[Mapping[str, Any] | None, ChannelSettings]] = {}
        self._made: dict[tuple[str, str], tuple[Provider, Sender]] = {}

    def send(self, message: Any) -> str:
        """Send by the first provider of the message's stream that takes it."""
        (result,) = self.send_many([message])
        if isinstance(result, StepwellError):
            raise result
        return result

    def send_many(self, messages: Sequence[Any]) -> list[str | StepwellError]:
        """Send messages of one workspace and stream; return the id or the error of each, in their order.

        What it raises it raises before anything was handed over.
        """
        results: list[str | StepwellError] = [
            NotReady(f"No provider of {self._channel} is enabled.", code="no_provider") for _ in messages
        ]
        if not messages:
            return results
        tenant = str(messages[0].tags["tenant"])
        refused = {} if self._refusal is None else {i: self._refusal(one) for i, one in enumerate(messages)}
        left = [index for index in range(len(messages)) if not self._kept_back(index, refused, results)]
        for place, provider in enumerate(self._route(tenant, messages[0].purpose)):
            if place and not self._granted(tenant, provider):
                continue
            sent = self._by(tenant, provider, [messages[i] for i in left])
            self._note(tenant, provider, sent)
            for index, result in zip(left, sent, strict=True):
                # Who asked to wait may take it later; that another one never will must not end it.
                if not (isinstance(results[index], Unavailable) and passed_on(result)):
                    results[index] = result
            left = [index for index in left if passed_on(results[index])]
            if not left:
                break
        return results

    @staticmethod
    def _kept_back(
        index: int, refused: Mapping[int, StepwellError | None], results: list[str | StepwellError]
    ) -> bool:
        error = refused.get(index)
        if error is not None:
            results[index] = error
        return error is not None

    def _by(self, tenant: str, provider: Provider, messages: Sequence[Any]) -> list[str | StepwellError]:
        try:
            sender = self.sender(tenant, provider)
        except StepwellError as error:
            return [error for _ in messages]
        many = getattr(sender, "send_many", None)
        if many is not None and len(messages) > 1:
            sent: list[str | StepwellError] = many(messages)
            return sent
        return list(side_by_side(lambda message: _result(sender, message), messages, AT_ONCE))

    def _route(self, tenant: str, purpose: Purpose) -> Sequence[Provider]:
        """Return the providers of a stream, those that are left alone for now last."""
        route = self.settings(tenant).route(purpose) or self._default(tenant)
        if self._circuits is None or len(route) < 2:
            return route
        until = {one.id: self._circuits.open_until(tenant, self._named(one)) for one in route}
        return sorted(route, key=lambda one: until[one.id])

    def _note(self, tenant: str, provider: Provider, results: Sequence[str | StepwellError]) -> None:
        if self._circuits is None or len(self.settings(tenant).providers) < 2:
            return
        # A provider that asks to slow down works: its rate is the lease's concern.
        failures = [one for one in results if passed_on(one) and not isinstance(one, Throttled)]
        if failures and len(failures) == len(results):
            shut = any(isinstance(one, ProviderRejected) for one in failures)
            self._circuits.failed(tenant, self._named(provider), at_once=shut)
        elif any(isinstance(one, str) for one in results):
            self._circuits.worked(tenant, self._named(provider))

    def _granted(self, tenant: str, provider: Provider) -> bool:
        rate = float(provider.options.get("rate") or 0)
        if self._lease is None or not rate:
            return True
        try:
            return self._lease(tenant, self._named(provider), rate)
        except StepwellError:
            return False

    def _named(self, provider: Provider) -> str:
        return f"{self._channel}.{provider.id}"

    def fared(self, tenant: str, provider: str) -> tuple[int, int]:
        """Return how often in a row a provider took nothing, and until when it is asked last (epoch ms, or 0)."""
        return self._circuits.state(tenant, f"{self._channel}.{provider}") if self._circuits else (0, 0)

    def leased(self, tenant: str, stream: str) -> tuple[str, float]:
        """Return the lease of the preferred provider of a stream, and its messages a second; 0: the account's own."""
        route = self._route(tenant, Purpose(stream))
        if not route:
            return "", 0.0
        options = kind_of(self._channel, route[0].kind).options_model().model_validate(route[0].options)
        return self._named(route[0]), float(getattr(options, "rate", 0.0))

    def settings(self, tenant: str) -> ChannelSettings:
        """Return a workspace's settings of the channel, up to a minute old."""
        body = self._documents.body(tenant, KIND, self._channel)
        with self._lock:
            known = self._read.get(tenant)
            if known is None or known[0] is not body:
                read: ChannelSettings = settings_model(self._channel).model_validate(body or {})
                known = self._read[tenant] = (body, read)
            return known[1]

    def _default(self, tenant: str) -> tuple[Provider, ...]:
        if self.settings(tenant).providers:
            return ()
        kinds = kinds_of(self._channel)
        return (Provider(id=kinds[0].name, kind=kinds[0].name),) if kinds else ()

    def alone(self, tenant: str, provider: Provider) -> Sender:
        """Return what sends by one provider and no other; it refuses what `send` would."""
        return _Refusing(self.sender(tenant, provider), self._refusal)

    def sender(self, tenant: str, provider: Provider) -> Sender:
        """Return the adapter of a provider, made once as long as its settings stay."""
        with self._lock:
            known = self._made.get((tenant, provider.id))
            if known is None or known[0] != provider:
                if len(self._made) >= _KEPT:
                    self._made.clear()
                known = self._made[tenant, provider.id] = (provider, self._make(tenant, provider))
            return known[1]

    def _make(self, tenant: str, provider: Provider) -> Sender:
        kind = kind_of(self._channel, provider.kind)
        if kind.secrets and provider.secrets is None:
            raise NotReady(f"`{provider.id}` has no secrets yet.", code="no_provider_secrets")
        made: Sender = loaded(kind.adapter)(
            ProviderParts(
                tenant=tenant,
                provider=provider.id,
                options=kind.options_model().model_validate(provider.options),
                secrets=self._opened(tenant, provider),
                **self._parts,
            )
        )
        return made

    def _opened(self, tenant: str, provider: Provider) -> Mapping[str, str]:
        if provider.secrets is None:
            return {}
        from stepwell.sources.models import SealedSecret  # a mailer without secrets knows nothing of sources

        sealed = SealedSecret(sealed=provider.secrets.sealed, at=datetime.fromtimestamp(0, UTC))
        text = self._box().open(tenant, secret_name(self._channel, provider.id), sealed)
        opened: dict[str, str] = json.loads(text)
        return opened
