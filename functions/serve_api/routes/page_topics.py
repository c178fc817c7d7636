"""What pages of the website are about: patterns of paths with topics and tags."""

from __future__ import annotations

from typing import Annotated, Any, cast

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Json
from replies.workspace import PageTopicList, PageTopics
from stepwell.errors import NotFound
from stepwell.triggers.page_topics import ID, KIND, read_pages

from routes.replies import plain
from routes.routing import routed, this, topic

router = topic("Workspace")
EXAMPLE = {"pages": [{"match": "/pricing*", "topic": "pricing", "tags": ["sales"]}]}


class PagesIn(BaseModel):
    """The list, and the revision that it was made from."""

    model_config = ConfigDict(extra="forbid")

    pages: dict[str, Any] = Field(examples=[EXAMPLE])
    rev: int = Field(default=0, ge=0, description="The `rev` as you read it; 0: there is none yet.")


@routed(router, "GET", "/page-topics", "viewer", "Read what pages are about")
def read_page_topics() -> PageTopics:
    """Return the list."""
    call = this()
    try:
        found = call.wired.parts.config.document(call.tenant, KIND, ID)
    except NotFound:
        return {"rev": 0, "pages": {"pages": []}}
    return {"rev": found.rev, "pages": cast(PageTopicList, plain(found.body))}


@routed(router, "PUT", "/page-topics", "editor", "Say what pages are about (409 if somebody else did)")
def save_page_topics(body: Annotated[PagesIn, Body()]) -> PageTopics:
    """Save the list; it holds within a minute, for events from then on."""
    call = this()
    pages = cast(PageTopicList, read_pages(body.pages).model_dump(mode="json"))
    saved = call.wired.parts.config.save_document(
        call.tenant, KIND, ID, body.rev, cast(Json, pages), call.actor
    )
    call.ports.note(call.tenant, call.actor, "page_topics.saved", "page-topics", rev=saved.rev)
    return {"rev": saved.rev, "pages": pages}
