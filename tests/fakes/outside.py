"""What lies outside the tables: machines, mail, the stream, the send rate, published versions, workspaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from stepwell.contracts.messages import Email
from stepwell.contracts.tokens import Run
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import NotFound, OutcomeUnknown, ProviderRejected, Throttled, Unavailable

T = TypeVar("T")


class Hook(Protocol):
    """The world's write hook."""

    def write(self, label: str, apply: Callable[[], T]) -> T: ...


class MemoryVersions:
    """See `stepwell.runtime.ports.VersionStore`; put documents into `documents`."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str, int], Mapping[str, Any]] = {}

    def document(self, tenant: str, workflow: str, version: int) -> Mapping[str, Any]:
        try:
            return self.documents[(tenant, workflow, version)]
        except KeyError:
            raise NotFound(f"Workflow {workflow!r} has no version {version}.") from None


class MemoryTemplates:
    """See `stepwell.runtime.effects.TemplateStore`; put documents into `documents`."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], Mapping[str, Any]] = {}

    def template(self, tenant: str, template: str) -> Mapping[str, Any]:
        try:
            return self.documents[(tenant, template)]
        except KeyError:
            raise NotFound(f"There is no template {template!r}.") from None


class MemorySecrets:
    """See `stepwell.runtime.effects.Secrets`; put texts into `texts`."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}

    def secret(self, tenant: str, name: str) -> str:
        try:
            return self.texts[(tenant, name)]
        except KeyError:
            raise NotFound(f"There is no secret {name!r}.") from None


class MemoryWorkspaces:
    """See `stepwell.runtime.ports.WorkspaceStore`; set `settings` and `controls` a tenant."""

    def __init__(self) -> None:
        self.settings: dict[str, Workspace] = {}
        self.controls: dict[str, Control] = {}

    def workspace(self, tenant: str) -> Workspace:
        return self.settings.get(
            tenant,
            Workspace(tenant, sender="Shop <shop@example.com>", postal_address="1 High Street, Springfield"),
        )

    def control(self, tenant: str) -> Control:
        return self.controls.get(tenant, Control())

    def tenants(self) -> list[str]:
        return sorted(self.settings.keys() | self.controls.keys()) or ["acme"]


class MemoryMachines:
    """See `stepwell.runtime.ports.Machines`.

    Attributes:
        started: Runs of started executions, in order, each name once.
        statuses: Status an execution name; starts as RUNNING, tests set it.
        down: How many starts fail with Unavailable from now on.
    """

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.started: list[tuple[str, Run]] = []
        self.statuses: dict[str, str] = {}
        self.down = 0

    def start(self, tenant: str, run: Run) -> None:
        self._hook.write(f"machines.start:{run.execution_name}", lambda: self._start(tenant, run))

    def _start(self, tenant: str, run: Run) -> None:
        if self.down > 0:
            self.down -= 1
            raise Unavailable("Step Functions did not answer.")
        if run.execution_name not in self.statuses:
            self.started.append((tenant, run))
            self.statuses[run.execution_name] = "RUNNING"

    def status(self, tenant: str, run: Run) -> str:
        return self.statuses.get(run.execution_name, "MISSING")

    def finish(self, run: Run, status: str = "SUCCEEDED") -> None:
        """End an execution."""
        self.statuses[run.execution_name] = status


class MemoryRate:
    """See `stepwell.runtime.ports.SendRate`.

    Attributes:
        budget: Sends left; None: without end. A test refills it.
        wait_s: What a caller is told to wait.
    """

    def __init__(self) -> None:
        self.budget: int | None = None
        self.wait_s = 1.0

    def acquire(self, tenant: str, want: int, stream: str = "") -> tuple[int, float]:
        if self.budget is None:
            return want, 0.0
        granted = min(want, self.budget)
        self.budget -= granted
        return granted, 0.0 if granted == want else self.wait_s


class MemoryMailer:
    """See `stepwell.runtime.ports.Mailer`.

    Attributes:
        accepted: What the provider took, in order; the truth about what was sent.
        reject: Addresses refused for good.
        lose_answer: Addresses whose mail is accepted while the answer is lost (OutcomeUnknown).
        drop: Addresses whose mail is lost and the answer too (OutcomeUnknown, nothing sent).
        throttle: How many sends are throttled from now on.
    """

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.accepted: list[Email] = []
        self.attempts: list[Email] = []
        self.reject: set[str] = set()
        self.lose_answer: set[str] = set()
        self.drop: set[str] = set()
        self.throttle = 0

    def send(self, email: Email) -> str:
        return self._hook.write(f"mailer.send:{email.tags.get('visit', email.to)}", lambda: self._send(email))

    def _send(self, email: Email) -> str:
        self.attempts.append(email)
        if self.throttle > 0:
            self.throttle -= 1
            raise Throttled("The provider asked to slow down.", retry_after_s=1.0)
        if email.to in self.reject:
            raise ProviderRejected("The provider refused the message.")
        if email.to in self.drop:
            raise OutcomeUnknown("The provider did not answer.")
        self.accepted.append(email)
        if email.to in self.lose_answer:
            raise OutcomeUnknown("The provider did not answer.")
        return f"message-{len(self.accepted)}"

    def to(self, address: str) -> list[Email]:
        """Return what was accepted for an address."""
        return [email for email in self.accepted if email.to == address]


class MemorySink:
    """See `stepwell.runtime.ports.EventSink`.

    Attributes:
        emitted: (tenant, event document) in order.
        down: How many calls fail from now on.
    """

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.emitted: list[tuple[str, Mapping[str, Any]]] = []
        self.down = 0

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        if self.down > 0:
            self.down -= 1
            raise Unavailable("The stream did not take all events.")
        for event in events:
            self._hook.write(
                f"sink.emit:{event.get('name', '')}",
                lambda event=event: self.emitted.append((tenant, dict(event))),
            )
