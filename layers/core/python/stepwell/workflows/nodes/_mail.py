"""What composites that become e-mails share: settings of each mail, and chains of mails and delays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldNames, Purpose
from stepwell.workflows.nodes.base import Expansion, NodeConfig

Step = tuple[str, str, Mapping[str, Any]]


class MailConfig(NodeConfig):
    """Settings that every mail of a composite shares."""

    personalization: FieldNames = Field(
        (), title="Personalization", description="Profile fields that the templates use."
    )
    tag: str = Field("", title="Cap tag", max_length=60)
    purpose: Purpose = Field("", title="Purpose", description="Empty: the workflow's.")


def mail(config: MailConfig, template: str, purpose: str = "") -> dict[str, Any]:
    """Return the config of an `email_send` for a template."""
    settings: dict[str, Any] = {"template_id": template}
    if config.personalization:
        settings["personalization"] = list(config.personalization)
    if config.tag:
        settings["tag"] = config.tag
    if purpose or config.purpose:
        settings["purpose"] = purpose or config.purpose
    return settings


def chain(steps: Sequence[Step]) -> Expansion:
    """Return an expansion that runs steps one after the other by their primary outcomes."""
    primary = {
        "email_send": "sent",
        "webhook_call": "success",
        "social_post": "posted",
        "wait_until": "matched",
    }
    edges = []
    for index, (suffix, kind, _) in enumerate(steps):
        following = steps[index + 1][0] if index + 1 < len(steps) else ":next"
        edges.append((suffix, primary.get(kind, "next"), following))
    return Expansion(nodes=list(steps), edges=edges)
