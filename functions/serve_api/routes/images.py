"""Pictures of messages: upload, list, delete."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.images import KeptImage, UploadedImage
from stepwell.publishing import images

from routes.replies import reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Templates")


class ImageIn(BaseModel):
    """A picture to keep."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=images.MAX_NAME, description="What people call it.")
    data: str = Field(min_length=1, max_length=6_000_000, description="PNG, JPEG, GIF or WebP in base64.")


def _ports(call: Call) -> images.ImagePorts:
    return call.wired.console.images


@routed(router, "GET", "/images", "viewer", "List pictures of messages, the newest first")
def list_images() -> Listed[KeptImage]:
    """Return all."""
    call = this()
    return whole([reply(KeptImage, one) for one in images.listed(_ports(call), call.tenant)])


@routed(router, "POST", "/images", "editor", "Upload a picture; it is optimised for mail", status=201)
def upload_image(body: Annotated[ImageIn, Body()]) -> UploadedImage:
    """Keep a picture and return its address."""
    call = this()
    kept = images.upload(_ports(call), call.tenant, body.name, body.data, call.actor)
    call.ports.note(call.tenant, call.actor, "image.uploaded", f"image/{kept['id']}")
    return reply(UploadedImage, kept)


@routed(router, "DELETE", "/images/<image>", "editor", "Delete a picture")
def delete_image(image: str) -> Deleted:
    """Delete one; messages that were sent with it show none any more."""
    call = this()
    deleted = images.delete(_ports(call), call.tenant, image)
    call.ports.note(call.tenant, call.actor, "image.deleted", f"image/{image}")
    return {"deleted": deleted}
