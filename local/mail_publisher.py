"""Publishes what becomes of mail to the SNS topics of its configuration set, in order, off the request's thread."""

from __future__ import annotations

import contextvars
import json
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

from local.activity import Activity
from local.outbox import Message

logger = logging.getLogger("stepwell.ses")
WORK = "email_event"
#: SESv2 event type and the event of that type.
Events = list[tuple[str, dict[str, Any]]]
Make = Callable[[Message, str, str], Events]


class MailPublisher:
    """One thread that publishes events of messages.

    Args:
        activity: Counts what is not published yet as work.
    """

    def __init__(self, activity: Activity) -> None:
        self._activity = activity
        self._queue: queue.SimpleQueue[tuple[contextvars.Context, Message, Make]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def scope(self) -> list[str]:
        """Account and region of the request that is being served."""
        from ministack.core import responses

        return [responses.get_account_id(), responses.get_region()]

    def wanted(self, configuration_set: str) -> set[str]:
        """Event types that enabled topics of a configuration set ask for, in the current account and region."""
        return {kind for d in _destinations(configuration_set) for kind in d["MatchingEventTypes"]}

    def wanted_of(self, message: Message) -> set[str]:
        """Event types that the topics of a kept message's configuration set ask for."""
        context = contextvars.copy_context()
        context.run(_enter, message)
        return context.run(self.wanted, message.configuration_set)

    def put(self, message: Message, make: Make) -> None:
        """Queues events.

        Args:
            message: What they are about.
            make: Makes the events from message, account and region when it is their turn.
        """
        context = contextvars.copy_context()
        context.run(_enter, message)
        self._activity.enter(WORK)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._publish_loop, daemon=True, name="stepwell-ses-events"
                )
                self._thread.start()
        self._queue.put((context, message, make))

    def _publish_loop(self) -> None:
        while True:
            context, message, make = self._queue.get()
            try:
                context.run(self._publish, message, make)
            except Exception:
                # One message that cannot be published must not end the events of all others.
                logger.exception("events of %s were not published", message.id)
            finally:
                self._activity.leave(WORK)

    def _publish(self, message: Message, make: Make) -> None:
        from ministack.services import sns

        destinations = _destinations(message.configuration_set)
        if not destinations:
            return
        for kind, event in make(message, *self.scope()):
            for destination in destinations:
                if kind in destination["MatchingEventTypes"]:
                    topic = destination["SnsDestination"]["TopicArn"]
                    sns.publish_internal(topic, json.dumps(event), "Amazon SES Email Event Notification")


def _destinations(configuration_set: str) -> list[dict[str, Any]]:
    from ministack.services import ses_v2

    chosen = ses_v2._config_sets.get(configuration_set) or {}
    return [
        d
        for d in (chosen.get("EventDestinations") or {}).values()
        if d.get("Enabled") and d.get("SnsDestination")
    ]


def _enter(message: Message) -> None:
    # What happens to a message later is asked for by no request of its account: the message knows it.
    from ministack.core import responses

    account, region = message.request.get("scope") or (None, None)
    if account:
        responses.set_request_account_id(account)
        responses.set_request_region(region)
