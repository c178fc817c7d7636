"""When contacts are active, and what sending at the best time gains."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.forms import Listed
from replies.send_times import ContactHours, MessageTimes, WorkspaceHours
from stepwell.publishing import contacts

from routes.replies import reply, whole
from routes.routing import decoded, routed, this, topic

router = topic("Figures")


@routed(router, "GET", "/contacts/<contact>/hours", "viewer", "When a contact is active")
def read_contact_hours(contact: str) -> ContactHours:
    """Return at which hours a contact opens, clicks and visits, and when a message at its best time would go."""
    call = this()
    found = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    return reply(ContactHours, call.wired.console.send_times.of_contact(call.tenant, found))


@routed(router, "GET", "/analytics/hours", "viewer", "When the workspace's contacts are active")
def read_hours() -> WorkspaceHours:
    """Return what contacts of whom little is known are shrunk to, as it was last estimated."""
    call = this()
    return reply(WorkspaceHours, call.wired.console.send_times.of_workspace(call.tenant))


@routed(
    router,
    "GET",
    "/workflows/<workflow>/send-times",
    "viewer",
    "What the best time gains, message by message",
)
def list_send_times(
    workflow: str, version: Annotated[int, Query(ge=0, description="0: the live one.")] = 0
) -> Listed[MessageTimes]:
    """Compare opens and clicks of those who got a message at their best time with those of the control group."""
    call = this()
    found = call.wired.console.send_times.gains(call.tenant, workflow, version)
    return whole([reply(MessageTimes, one) for one in found])
