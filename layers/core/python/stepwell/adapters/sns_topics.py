"""Topics on SNS."""

from __future__ import annotations

from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.contracts.names import team_topic
from stepwell.errors import Forbidden, InvalidInput, NotReady, ProviderRejected

_LONGEST_SUBJECT = 100


class SnsTopics:
    """See `stepwell.runtime.effects.Topics`.

    A topic is a tenant's by its name (`stepwell.contracts.names.team_topic`): SES's events come over a topic too,
    and whoever could publish there could forge bounces of any tenant.

    Args:
        prefix: The deployment's prefix.
        sns: Client; default: created at the first message.
    """

    def __init__(self, prefix: str, sns: Any = None) -> None:
        self._prefix = prefix
        self._sns = LateClient("sns", sns)

    def publish(self, tenant: str, topic: str, subject: str, message: str) -> None:
        """Publish one message to a topic of the tenant's.

        Raises:
            ProviderRejected: Definitely not published, or the topic is not the tenant's.
            Unavailable: Try again later.
        """
        if not topic.rpartition(":")[2].startswith(team_topic(self._prefix, tenant, "")):
            raise ProviderRejected("This topic is not one of the workspace's.", code="foreign_topic")
        # SNS takes ASCII subjects of up to 100 characters.
        line = " ".join(subject.encode("ascii", "replace").decode().split())[:_LONGEST_SUBJECT]
        try:
            with translated("SNS"):
                self._sns().publish(TopicArn=topic, Subject=line or "Stepwell", Message=message)
        except (InvalidInput, Forbidden, NotReady) as error:
            raise ProviderRejected(error.message, details=error.details) from error
