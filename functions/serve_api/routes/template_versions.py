"""What message templates were before: each save is kept."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.forms import Listed
from replies.templates import TemplateThen, TemplateVersion
from stepwell.adapters.items.config import TEMPLATE

from routes.replies import plain, stored
from routes.routing import routed, this, topic

router = topic("Templates")


@routed(router, "GET", "/templates/<template>/versions", "viewer", "Earlier states of a message template")
def list_template_versions(
    template: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: Annotated[str, Query()] = "",
) -> Listed[TemplateVersion]:
    """List what was saved, newest first; templates of before this was kept begin later."""
    call = this()
    found, after = call.wired.parts.config.revisions(call.tenant, TEMPLATE, template, limit, cursor or None)
    items: list[TemplateVersion] = [
        {"number": one.number, "at": plain(one.at), "by": one.by} for one in found
    ]
    return stored(items, after)


@routed(
    router,
    "GET",
    "/templates/<template>/versions/<number>",
    "viewer",
    "A message template as it was saved once",
)
def read_template_version(template: str, number: int) -> TemplateThen:
    """Read an earlier state; saving its document again brings it back."""
    call = this()
    body = call.wired.parts.config.revision(call.tenant, TEMPLATE, template, number)
    return {"number": number, "template": plain(body)}
