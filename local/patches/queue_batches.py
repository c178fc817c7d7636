"""Gap: a queue's mapping takes ten messages at most and waits for none, and queues lose what comes while they change.

Lambda takes up to 10,000 once a batching window is set (Lambda guide, "SQS parameters"). Here a mapping gets the
batch that it asks for, and one with a window waits as those of streams do (`stream_window`). A queue there is a list
that readers replace by a shorter one; what another thread appends to the old list meanwhile is gone, so whatever
changes a queue takes a lock. Queues live on real time, so what SNS puts there must be visible at a real time too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial, wraps
from types import FunctionType
from typing import Any

from local.patches import Parts
from local.patches.stream_window import nothing_else, wait_for_more


def install(parts: Parts) -> None:
    """Lets pollers of queues take whole batches."""
    from ministack.services import eventbridge, lambda_svc, sns, sqs

    deliver = sns._deliver_to_sqs
    sns._deliver_to_sqs = FunctionType(
        deliver.__code__,
        {**deliver.__globals__, "time": time},
        deliver.__name__,
        deliver.__defaults__,
        deliver.__closure__,
    )
    # Its own would block: what is wrapped here calls each other.
    lock = sqs._queues_lock = threading.RLock()
    for module, names in {
        sqs: (
            "_act_send_message",
            "_act_delete_message",
            "_act_delete_message_batch",
            "_act_purge_queue",
            "_dlq_sweep",
            "_expire_retained",
        ),
        sns: ("_deliver_to_sqs",),
        eventbridge: ("_dispatch_to_sqs",),
        lambda_svc: ("_route_async_failure",),
    }.items():
        for name in names:
            setattr(module, name, _holding(lock, getattr(module, name)))
    for action, handler in list(sqs._HANDLERS.items()):
        sqs._HANDLERS[action] = getattr(sqs, handler.__name__)

    def receive(queue_url: str, max_number: int) -> list[dict[str, Any]]:
        with lock:
            queue = sqs._get_q(queue_url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            hidden_s = int(queue["attributes"].get("VisibilityTimeout", "30"))
            return list(sqs._collect_msgs(queue, int(max_number), hidden_s))

    sqs._receive_messages_for_esm = receive
    poll = lambda_svc._poll_sqs

    def visible(esm: dict[str, Any]) -> list[int]:
        queue, now = sqs._queue_by_arn(esm["EventSourceArn"]), time.time()
        return [sum(m["visible_at"] <= now for m in list(queue["messages"]))] if queue else []

    def windowed() -> bool:
        for _, _, esm in list(lambda_svc._iter_all_esms()):
            if ":sqs:" in str(esm.get("EventSourceArn", "")):
                wait_for_more(partial(visible, esm), esm, nothing_else(parts))
        return bool(poll())

    lambda_svc._poll_sqs = windowed


def _holding(lock: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return function(*args, **kwargs)

    return call
