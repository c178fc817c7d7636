"""Tries a workflow before it is published: plays it for a contact, sends its messages to oneself."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.trying import Tried
from stepwell.adapters.items.config import TEMPLATE
from stepwell.contracts.workspace import Workspace
from stepwell.errors import InvalidInput
from stepwell.publishing import contacts, drafts, trying
from stepwell.publishing.pieces import finder
from stepwell.publishing.rendering import Letters
from stepwell.workflows.documents import load_yaml, to_document

from routes.replies import reply
from routes.routing import Call, decoded, routed, this, topic
from routes.templates import renderer

router = topic("Trying")
EVENT = {"at": "2 days", "name": "purchase", "properties": {"total": 40}}
REACTION = {"*": [{"after": "2 hours", "name": "email_opened"}]}


class TryWorkflowIn(BaseModel):
    """Who walks and what will happen; nothing of it is stored."""

    model_config = ConfigDict(extra="forbid")

    workflow: dict[str, Any] | None = Field(default=None, description="An unsaved graph; else the draft.")
    yaml: str | None = Field(default=None, description="The same as YAML.", max_length=1_000_000)
    contact: str = Field(default="", max_length=320, description="A stored contact: id, address or user id.")
    traits: dict[str, Any] = Field(
        default_factory=dict,
        max_length=200,
        description="Fields of a made-up contact, or beside the stored ones.",
    )
    consent: dict[str, str] = Field(
        default_factory=dict, max_length=20, examples=[{"email:marketing": "granted"}]
    )
    suppressed: str = Field(default="", max_length=60)
    events: list[dict[str, Any]] = Field(
        default_factory=list,
        max_length=200,
        description="What will happen: `at` (ISO time or `2 days` after the start), `name`, `properties`, `traits`.",
        examples=[[EVENT]],
    )
    reactions: dict[str, list[dict[str, Any]]] = Field(
        default_factory=dict,
        max_length=100,
        description="What the contact does about messages, by node (`*`: all others): `after`, `name`, `properties`.",
        examples=[REACTION],
    )
    faults: dict[str, list[str]] = Field(
        default_factory=dict, max_length=100, description="Outcomes forced on a node's visits, in order."
    )
    trigger: str = Field(default="", max_length=40, description="Trigger node; empty: the first.")
    event: str = Field(default="", max_length=200, description="Name of the event that starts it.")
    event_properties: dict[str, Any] = Field(default_factory=dict, max_length=100)
    start: str = Field(default="", max_length=40, description="When it enters; empty: now.")
    time_zone: str = Field(default="", max_length=64, description="Of contacts without one.")
    days: int = Field(default=400, ge=1, le=trying.MAX_DAYS)

    def graph(self) -> dict[str, Any] | None:
        """Return the unsaved graph, None when there is none.

        Raises:
            InvalidInput: Both forms are given.
            ValidationFailed: It is no workflow.
        """
        if self.workflow is not None and self.yaml is not None:
            raise InvalidInput("Send the graph as `workflow` or as `yaml`, not both.", code="two_workflows")
        return to_document(load_yaml(self.yaml)) if self.yaml is not None else self.workflow

    def told(self) -> dict[str, Any]:
        """Return what is told of the contact, as `workflows.sample_contact` reads it."""
        return {
            "traits": self.traits,
            "consent": self.consent,
            "suppressed": self.suppressed,
            "events": self.events,
            "reactions": self.reactions,
            "faults": self.faults,
            "trigger": self.event,
            "trigger_properties": self.event_properties,
            "time_zone": self.time_zone,
        }


def known(call: Call, contact: str) -> trying.Known | None:
    """Find a stored contact with what sends ask of it; None for an empty reference.

    Raises:
        NotFound: There is none.
    """
    if not contact:
        return None
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    record = call.runtime.messaging.records(call.tenant, [profile.id])[profile.id]
    found = call.runtime.messaging.suppressed(call.tenant, "email", [profile.email]) if profile.email else {}
    return trying.Known(profile, record, next(iter(found.values()), ""))


def letters(call: Call, purpose: str) -> Any:
    """Return what makes a renderer of messages for a workspace."""

    def make(workspace: Workspace) -> Letters:
        config = call.wired.parts.config
        return Letters(
            lambda name: config.document(call.tenant, TEMPLATE, name).body,
            renderer(),
            workspace,
            purpose,
            finder(config, call.tenant),
            call.ports.now(),
        )

    return make


def _tried(call: Call, document: dict[str, Any], body: TryWorkflowIn) -> Tried:
    asked = trying.Attempt(
        document=document,
        told=body.told(),
        known=known(call, body.contact),
        start=body.start,
        days=body.days,
        trigger=body.trigger,
    )
    purpose = str(document.get("purpose") or "marketing")
    return reply(Tried, trying.attempt(call.ports, call.tenant, asked, letters(call, purpose)))


@routed(router, "POST", "/workflows/try", "viewer", "Play an unsaved graph for a contact, in virtual time")
def try_graph(body: Annotated[TryWorkflowIn, Body()]) -> Tried:
    """Play a graph; nothing is written and nothing is sent."""
    document = body.graph()
    if document is None:
        raise InvalidInput("Send the graph as `workflow` (JSON) or as `yaml`.", code="no_workflow_given")
    return _tried(this(), document, body)


@routed(
    router, "POST", "/workflows/<workflow>/try", "viewer", "Play the draft for a contact, in virtual time"
)
def try_workflow(workflow: str, body: Annotated[TryWorkflowIn, Body()]) -> Tried:
    """Play the draft, or an unsaved change of it; nothing is written and nothing is sent."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    return _tried(call, body.graph() or dict(record.document), body)
