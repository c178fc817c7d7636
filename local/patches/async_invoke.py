"""Gap: asynchronous Lambda invocations are invisible between their retries, and EventBridge has none.

Each asynchronous invocation counts as work from its acceptance to its end, retries included, and
EventBridge targets get Lambda's two retries and their failure destination as in AWS.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from local.patches import Parts

WORK = "async_invocation"


def install(parts: Parts) -> None:
    """Counts asynchronous invocations and sends EventBridge's through the same path."""
    from ministack.services import eventbridge, lambda_svc, sns

    class Counted(threading.Thread):
        """A thread whose target counts as work from before its start."""

        def __init__(
            self, *, target: Callable[..., Any], args: tuple[Any, ...] = (), daemon: bool = True
        ) -> None:
            def run() -> None:
                try:
                    target(*args)
                finally:
                    parts.activity.leave(WORK)

            super().__init__(target=run, daemon=daemon)

        def start(self) -> None:
            parts.activity.enter(WORK)
            super().start()

    class CountingThreading:
        """The ``threading`` module as seen by one MiniStack function."""

        Thread = Counted

    original = lambda_svc.invoke_async_with_retry
    scope = {**original.__globals__, "threading": CountingThreading}
    counted = type(original)(
        original.__code__, scope, original.__name__, original.__defaults__, original.__closure__
    )
    # The copy must see later changes of its module (other mends replace functions there).
    _follow(scope, lambda_svc, ("_execute_function", "_route_async_failure"))
    lambda_svc.invoke_async_with_retry = counted

    def dispatch_to_lambda(arn: str, payload: str) -> None:
        try:
            event = json.loads(payload)
        except (json.JSONDecodeError, TypeError):
            event = {"body": payload}
        record, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if record and config:
            counted(lambda_svc._execution_record_for_config(record, config), event)

    eventbridge._dispatch_to_lambda = dispatch_to_lambda
    deliver = sns._deliver_to_lambda

    def deliver_to_lambda(*args: Any) -> Any:
        with parts.activity.during(WORK):
            return deliver(*args)

    sns._deliver_to_lambda = deliver_to_lambda


def _follow(scope: dict[str, Any], module: Any, names: tuple[str, ...]) -> None:
    for name in names:
        scope[name] = lambda *args, _name=name: getattr(module, _name)(*args)
