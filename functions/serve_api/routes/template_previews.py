"""Message templates before they are saved or sent: checks and previews."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.templates import RenderedMessage, TemplateCheck
from stepwell.adapters.items.config import TEMPLATE
from stepwell.content.checks import sample_values
from stepwell.content.faults import TemplateFault
from stepwell.content.languages import language_of
from stepwell.content.library import parse_template
from stepwell.content.preparing import made, source_place
from stepwell.contracts.fields import fields
from stepwell.errors import ValidationFailed
from stepwell.publishing import contacts, pieces

from routes.replies import plain, reply
from routes.routing import routed, this, topic
from routes.templates import TemplateIn, faults_of, renderer

router = topic("Templates")


class PreviewIn(BaseModel):
    """What to preview and for whom."""

    model_config = ConfigDict(extra="forbid")

    template: dict[str, Any] | None = Field(default=None, description="Unsaved source; else the stored one.")
    contact: str = Field(default="", description="A stored contact.")
    sample: dict[str, Any] | None = Field(default=None, description="Fields of a made-up contact.")
    language: str = Field(
        default="", max_length=35, description="Its language; else the contact's field says it."
    )
    segments: list[str] = Field(default_factory=list, max_length=50, description="Segments for blocks.")


@routed(router, "POST", "/templates/check", "viewer", "Check a template without saving it")
def check_template_document(body: Annotated[TemplateIn, Body()]) -> TemplateCheck:
    """Return all that is wrong with a template."""
    found = faults_of(this(), parse_template(body.template))
    return {"valid": all(v["severity"] != "error" for v in found), "violations": plain(found)}


@routed(router, "POST", "/templates/<template>/preview", "viewer", "Render a template for a sample contact")
def preview_template(template: str, body: Annotated[PreviewIn, Body()]) -> RenderedMessage:
    """Render a template; nothing is sent and no link is live."""
    call = this()
    document = body.template
    if document is None:
        document = dict(call.wired.parts.config.document(call.tenant, TEMPLATE, template).body)
    sample = body.sample
    if body.contact:
        found = contacts.find(call.wired.parts.profiles, call.tenant, body.contact)
        sample = {**fields(found, call.ports.now()), **(sample or {})}
    try:
        parsed = parse_template(document)
        ready = made(parsed) if body.template is not None else parsed
        known = dict(ready.sample if sample is None else sample)
        values = sample_values(known, call.ports.inventory.workspace(call.tenant))
        ready, snippets = pieces.composed(
            renderer(),
            ready,
            values,
            pieces.finder(call.wired.parts.config, call.tenant),
            call.ports.now(),
            language=body.language or language_of(known),
            segments=frozenset(body.segments),
            traits=known,
        )
        rendered = renderer().render(ready, values, snippets=snippets)
    except TemplateFault as fault:
        part, line = source_place(parsed, fault.part, fault.line)
        raise ValidationFailed(
            f"The template cannot be rendered: {fault.message}",
            [{"code": fault.code, "message": fault.message, "part": part, "line": line}],
        ) from fault
    return reply(RenderedMessage, rendered)
