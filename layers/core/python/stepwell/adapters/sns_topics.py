"""Topics on SNS."""

from __future__ import annotations

from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.errors import Forbidden, InvalidInput, NotReady, ProviderRejected

_LONGEST_SUBJECT = 100


class SnsTopics:
    """See `stepwell.runtime.effects.Topics`.

    Args:
        sns: Client; default: created at the first message.
    """

    def __init__(self, sns: Any = None) -> None:
        self._sns = LateClient("sns", sns)

    def publish(self, topic: str, subject: str, message: str) -> None:
        """Publish one message.

        Raises:
            ProviderRejected: Definitely not published.
            Unavailable: Try again later.
        """
        # SNS takes ASCII subjects of up to 100 characters.
        line = " ".join(subject.encode("ascii", "replace").decode().split())[:_LONGEST_SUBJECT]
        try:
            with translated("SNS"):
                self._sns().publish(TopicArn=topic, Subject=line or "Stepwell", Message=message)
        except (InvalidInput, Forbidden, NotReady) as error:
            raise ProviderRejected(error.message, details=error.details) from error
