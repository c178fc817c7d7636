"""Commands for contacts in flight on SQS, and requests for broadcasts to their function."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.publishing.records import Move

_ITEMS = 500
LOOK_EVERY_S, LOOK_AFTER_S = 60.0, 75
"""A look comes after whatever the process counts until it may ask again: none of that is missed."""


class SqsMoves:
    """See `stepwell.publishing.ports.MoveQueue`.

    Args:
        client: An `sqs` client.
        queue_url: Address of the queue of `move_enrollments`.
    """

    def __init__(self, client: Any, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, move: Move, delay_s: int = 0) -> None:
        """Queue a command."""
        with translated("SQS"):
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps(move.document(), separators=(",", ":")),
                DelaySeconds=min(delay_s, 900),
            )


class SqsPublications:
    """See `stepwell.runtime.effects.Publications`.

    Args:
        moves: The queue of `move_enrollments`.
    """

    def __init__(self, moves: SqsMoves) -> None:
        self._moves = moves

    def due(self, tenant: str, items: Sequence[str]) -> None:
        """Have items looked at, a catalog's together."""
        found: dict[str, list[tuple[str, int]]] = {}
        for token in dict.fromkeys(items):
            catalog, _, item = token.partition("/")
            found.setdefault(catalog, []).append((item, 0))
        for catalog, pairs in found.items():
            for start in range(0, len(pairs), _ITEMS):
                self._moves.send(
                    Move(
                        "catalog",
                        tenant,
                        f"catalog/{catalog}",
                        job=f"look-{catalog}",
                        items=tuple(pairs[start : start + _ITEMS]),
                    )
                )


class SqsMailWatch:
    """See `stepwell.deliverability.ports.MailWatch`; asks once in a while for a workspace.

    Args:
        moves: The queue of `move_enrollments`.
        monotonic: Seconds since any moment.
    """

    def __init__(self, moves: SqsMoves, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._moves = moves
        self._monotonic = monotonic
        self._asked: dict[str, float] = {}

    def look(self, tenant: str) -> None:
        """Have somebody look how mail fares, once what this pass counts is written."""
        now = self._monotonic()
        if now - self._asked.get(tenant, -LOOK_EVERY_S) < LOOK_EVERY_S:
            return
        self._moves.send(Move("mail", tenant, "_mail", job="mail-watch"), delay_s=LOOK_AFTER_S)
        self._asked[tenant] = now


class LambdaBroadcasts:
    """Asks `start_broadcast` for a broadcast; it answers at once and works afterwards.

    Args:
        client: A `lambda` client.
        function: Name or ARN of `start_broadcast`.
    """

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def request(self, command: Mapping[str, Any]) -> None:
        """Hand over a command."""
        with translated("Lambda"):
            self._client.invoke(
                FunctionName=self._function,
                InvocationType="Event",
                Payload=json.dumps(command, separators=(",", ":")).encode(),
            )


class StepFunctionsBroadcasts:
    """See `stepwell.runtime.broadcast.BroadcastMachine`.

    Args:
        client: A `stepfunctions` client.
        machine_arn: ARN of the broadcast machine.
    """

    def __init__(self, client: Any, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    def start(self, name: str, document: Mapping[str, Any]) -> None:
        """Start the machine under a name; already started is no error."""
        with translated("Step Functions"):
            try:
                self._client.start_execution(
                    stateMachineArn=self._machine_arn,
                    name=name,
                    input=json.dumps(document, separators=(",", ":")),
                )
            except self._client.exceptions.ExecutionAlreadyExists:
                return
