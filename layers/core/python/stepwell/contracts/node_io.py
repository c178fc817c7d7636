"""What a state machine's Task hands to a node Lambda, and what it gets back.

Old payloads stay valid: executions outlive deploys. Add fields with defaults only; never rename one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_COHORT = 250
MAX_COHORT_BYTES = 64 * 1024
CONTINUE_AS_NEW_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class NodeTask:
    """One step for one cohort.

    Attributes:
        tenant: Tenant id, a constant of the machine.
        workflow: Workflow id, a constant of the machine.
        version: Version, a constant of the machine.
        node: Node id (``finish`` for the end of the graph).
        run: Run id.
        attempt: Attempt that this execution belongs to.
        cohort: Elements ``token:epoch``.
        loop: Loop vector of the enclosing loops (for a loop node also its own index).
        steps: Tasks run in this execution so far.
        part: Which part of a deferred visit, from 0.
        fork: Target a outcome when the leaving tokens must be started as new runs.
        arrivals: For an inline merge: how often a token must be named to have come from all branches.
        close: True where nothing of this execution can follow.
        since: ISO time at which the cohort's last wait inside the machine ended; empty: none in this execution.
    """

    tenant: str
    workflow: str
    version: int
    node: str
    run: str
    attempt: int
    cohort: tuple[str, ...]
    loop: Mapping[str, int] = field(default_factory=dict)
    steps: int = 0
    part: int = 0
    fork: Mapping[str, str] | None = None
    arrivals: int = 0
    close: bool = False
    since: str = ""

    @classmethod
    def parse(cls, payload: Mapping[str, Any]) -> NodeTask:
        """Read a Task's payload; unknown fields are ignored so that new machines run on old code.

        Raises:
            KeyError: A required field is missing.
        """
        fork = payload.get("fork")
        return cls(
            tenant=str(payload["tenant"]),
            workflow=str(payload["workflow"]),
            version=int(payload["version"]),
            node=str(payload["node"]),
            run=str(payload["run"]),
            attempt=int(payload["attempt"]),
            cohort=tuple(payload["cohort"]),
            loop={str(k): int(v) for k, v in (payload.get("loop") or {}).items()},
            steps=int(payload.get("steps", 0)),
            part=int(payload.get("part", 0)),
            fork=dict(fork) if fork is not None else None,
            arrivals=int(payload.get("arrivals", 0)),
            close=bool(payload.get("close", False)),
            since=str(payload.get("since", "")),
        )


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What a step did.

    Attributes:
        out: Tokens an outcome; every outcome of the node is present.
        later: Tokens to hand in again as the next part.
        wait_s: Seconds to wait before that.
        due: ISO time until which the machine shall wait (delay), else empty.
        stay: The outcome that goes on in this execution (fork), else empty.
    """

    out: Mapping[str, Sequence[str]]
    later: Sequence[str] = ()
    wait_s: int = 0
    due: str = ""
    stay: str = ""

    def payload(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return {
            "out": {outcome: list(tokens) for outcome, tokens in self.out.items()},
            "later": list(self.later),
            "wait_s": self.wait_s,
            "due": self.due,
            "stay": self.stay,
        }
