"""Sends a message to oneself before anybody else gets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, cast

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.trying import SentTest
from stepwell.adapters.items.config import TEMPLATE
from stepwell.channels.sms.settings import SmsSettings
from stepwell.content.faults import TemplateFault
from stepwell.content.library import parse_template
from stepwell.content.preparing import made
from stepwell.contracts.fields import fields
from stepwell.contracts.messages import Subscription
from stepwell.errors import NotFound, ValidationFailed
from stepwell.publishing import contacts, drafts, testing_texts
from stepwell.publishing.channels import settings_of
from stepwell.publishing.rendering import Draft, Letters
from stepwell.publishing.test_sending import Tester, allowed_address
from stepwell.workflows.documents import from_document
from stepwell.workflows.expansion import expand

from routes.replies import reply
from routes.routing import Call, routed, this, topic
from routes.trying import known, letters

router = topic("Trying")


class TestIn(BaseModel):
    """For whom it is rendered, and where it goes."""

    model_config = ConfigDict(extra="forbid")
    __test__ = False

    to: str = Field(
        default="",
        max_length=320,
        description="Mail and notifications: an address, empty: your own verified one; a notification goes to the "
        "browsers of the contact with it. Texts: a test number, empty: the workspace's first.",
    )
    language: str = Field(default="", max_length=35, description="Empty: what the contact's fields say.")
    contact: str = Field(default="", max_length=320, description="Rendered for this stored contact.")
    sample: dict[str, Any] = Field(
        default_factory=dict,
        max_length=200,
        description="Fields of a made-up contact, or beside the stored ones.",
    )
    event: dict[str, Any] = Field(
        default_factory=dict, max_length=100, description="The event that it came by: `name`, `properties`."
    )


class TestTemplateIn(TestIn):
    """A template to send."""

    template: dict[str, Any] | None = Field(default=None, description="Unsaved source; else the stored one.")


class TestNodeIn(TestIn):
    """A node whose message to send."""

    node: str = Field(max_length=80, description="Of the draft; a composite's part by its own id.")
    workflow: dict[str, Any] | None = Field(default=None, description="An unsaved graph; else the draft.")


def _traits(call: Call, body: TestIn) -> dict[str, Any]:
    found = known(call, body.contact)
    stored = fields(found.profile, call.ports.now()) if found else {}
    return {**stored, **body.sample}


def _in_language(traits: Mapping[str, Any], body: TestIn) -> dict[str, Any]:
    return {**traits, "language": body.language} if body.language else dict(traits)


def _sent(call: Call, body: TestIn, draft: Draft, subject: str) -> SentTest:
    console = call.wired.console
    config = call.wired.parts.config
    workspace = call.ports.inventory.workspace(call.tenant)
    if draft.channel == "sms":
        settings = cast("SmsSettings", settings_of(call.wired.channels.documents, call.tenant, "sms")[0])
        sms = testing_texts.text(workspace, settings, testing_texts.allowed_number(workspace, body.to), draft)
        told = Tester(console.texts, config, call.ports).send_text(workspace, call.actor, sms, subject)
        return reply(SentTest, told)
    person = console.directory.person(call.actor)
    if draft.channel == "push":
        address = allowed_address(workspace, person, body.to)
        pushes = testing_texts.notifications(workspace, _browsers(call, address), draft)
        tester = Tester(console.pushes, config, call.ports)
        return reply(SentTest, tester.notify(workspace, call.actor, address, pushes, subject))
    tester = Tester(console.mailer, config, call.ports)
    return reply(SentTest, tester.send(workspace, call.actor, person, body.to, draft, subject))


def _browsers(call: Call, address: str) -> list[Subscription]:
    try:
        found = contacts.find(call.wired.parts.profiles, call.tenant, address)
    except NotFound:
        return []
    return [one.subscription for one in call.wired.parts.subscriptions.of(call.tenant, found.ids)]


def _faulty(fault: TemplateFault) -> ValidationFailed:
    return ValidationFailed(
        f"The template cannot be rendered: {fault.message}",
        [{"code": fault.code, "message": fault.message, "part": fault.part, "line": fault.line}],
    )


@routed(
    router, "POST", "/templates/<template>/test-send", "editor", "Send a template to yourself, marked [Test]"
)
def test_send_template(template: str, body: Annotated[TestTemplateIn, Body()]) -> SentTest:
    """Send a message to yourself or to a test address or number of the workspace; it counts nowhere."""
    call = this()
    document = body.template
    if document is None:
        document = dict(call.wired.parts.config.document(call.tenant, TEMPLATE, template).body)
    parsed = parse_template(document)
    workspace = call.ports.inventory.workspace(call.tenant)
    writer: Letters = letters(call, parsed.purpose)(workspace)
    sample = dict(parsed.sample)
    event = body.event or sample.pop("event", None) or {}
    try:
        ready = made(parsed) if body.template is not None else parsed
        traits = _in_language(_traits(call, body) or sample, body)
        rendered, language = writer.written(ready, traits, event)
    except TemplateFault as fault:
        raise _faulty(fault) from fault
    sender = workspace.sender if parsed.channel == "email" else ""
    draft = Draft(rendered, sender, parsed.id, parsed.channel, parsed.purpose, language)
    return _sent(call, body, draft, f"template/{template}")


@routed(router, "POST", "/workflows/<workflow>/test-send", "editor", "Send a node's message to yourself")
def test_send_node(workflow: str, body: Annotated[TestNodeIn, Body()]) -> SentTest:
    """Send what a node of the draft would send, with its subject, sender and variables."""
    call = this()
    document = body.workflow or dict(drafts.read(call.ports, call.tenant, workflow).document)
    drawn = from_document(document)
    node = next((n for n in expand(drawn).nodes if n.id == body.node), None)
    if node is None:
        raise NotFound(f"There is no node `{body.node}` in this workflow.", code="no_node")
    writer: Letters = letters(call, drawn.purpose or "marketing")(call.ports.inventory.workspace(call.tenant))
    try:
        traits = _in_language(_traits(call, body), body)
        draft = writer.draft(node, traits, body.event, call.ports.now())
    except TemplateFault as fault:
        raise _faulty(fault) from fault
    return _sent(call, body, draft, f"workflow/{workflow}")
