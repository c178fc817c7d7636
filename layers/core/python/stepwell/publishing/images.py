"""Pictures of messages as people manage them: upload, list, delete. What is stored is what mail clients are shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.content.images import KIND, PATH, Optimiser, Picture, content_type, key_of, sniffed
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, InvalidInput
from stepwell.publishing.pieces import Documents, every

MAX_NAME = 120
_MOST = 1_000_000_000


class Objects(Protocol):
    """Files; see `stepwell.adapters.s3_store.S3Objects`."""

    def put(self, key: str, body: bytes, *, content_type: str = ...) -> None:
        """Put one."""
        ...

    def get(self, key: str) -> bytes:
        """Return one, or raise NotFound."""
        ...

    def delete(self, key: str) -> None:
        """Delete one; a missing one is no error."""
        ...


@dataclass(frozen=True, slots=True)
class ImagePorts:
    """What managing pictures reaches.

    Attributes:
        documents: Lists of pictures.
        objects: Their files.
        optimiser: Makes them fit for mail.
        public_url: Where their addresses begin.
    """

    documents: Documents
    objects: Objects
    optimiser: Optimiser
    public_url: str


def upload(ports: ImagePorts, tenant: str, name: str, encoded: str, by: str) -> dict[str, Any]:
    """Keep a picture; the same picture again is the same one.

    Args:
        ports: What is reached.
        tenant: Whose it is.
        name: What people call it.
        encoded: Its bytes in base64.
        by: Who uploads it.

    Raises:
        InvalidInput: Not base64, or no picture.
        LimitExceeded: Too big.
    """
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("The picture is not base64.", code="not_an_image") from error
    picture = ports.optimiser.optimised(data)
    ports.objects.put(key_of(tenant, picture.name), picture.data, content_type=content_type(picture.name))
    body = {
        "name": name.strip()[:MAX_NAME],
        "file": picture.name,
        "width": picture.width,
        "height": picture.height,
        "bytes": len(picture.data),
        "uploaded_bytes": len(data),
    }
    id_ = picture.name.partition(".")[0]
    try:
        return shown(ports, tenant, ports.documents.save_document(tenant, KIND, id_, 0, body, by))
    except Conflict:
        return shown(ports, tenant, ports.documents.document(tenant, KIND, id_))


def address_of(ports: ImagePorts, tenant: str) -> str:
    """Return where addresses of a workspace's pictures begin."""
    return f"{ports.public_url}{PATH}{tenant}/"


def packed(ports: ImagePorts, tenant: str, id_: str) -> tuple[dict[str, Any], int]:
    """Return a picture as bundles carry it, with its bytes, and its revision.

    Raises:
        NotFound: There is none.
    """
    found = ports.documents.document(tenant, KIND, id_)
    data = ports.objects.get(key_of(tenant, str(found.body["file"])))
    return {"id": id_, **found.body, "data": base64.b64encode(data).decode()}, found.rev


def restore(ports: ImagePorts, tenant: str, told: Mapping[str, Any], by: str) -> None:
    """Keep a picture of a bundle as it is: made anew it would have another address.

    Raises:
        InvalidInput: Its bytes are not those that its id says.
        LimitExceeded: Too big.
    """
    try:
        data = base64.b64decode(str(told.get("data", "")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("The picture is not base64.", code="not_an_image") from error
    picture = Picture(data, sniffed(data), _number(told, "width"), _number(told, "height"))
    if picture.name != told.get("file") or picture.name.partition(".")[0] != told.get("id"):
        raise InvalidInput(
            "A picture's id is a hash of its bytes, and this one is not.", code="image_changed"
        )
    ports.objects.put(key_of(tenant, picture.name), data, content_type=content_type(picture.name))
    body = {
        "name": str(told.get("name") or "")[:MAX_NAME],
        "file": picture.name,
        "width": picture.width,
        "height": picture.height,
        "bytes": len(data),
        "uploaded_bytes": _number(told, "uploaded_bytes") or len(data),
    }
    with suppress(Conflict):
        ports.documents.save_document(tenant, KIND, str(told["id"]), 0, body, by)


def _number(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    return int(value) if isinstance(value, int | float) and 0 <= value <= _MOST else 0


def shown(ports: ImagePorts, tenant: str, document: Document) -> dict[str, Any]:
    """Return a picture as people see it."""
    body = dict(document.body)
    return {"id": document.id, **body, "url": f"{ports.public_url}{PATH}{tenant}/{body['file']}"}


def listed(ports: ImagePorts, tenant: str) -> list[dict[str, Any]]:
    """Return all pictures, the newest first."""
    found = sorted(every(ports.documents, tenant, KIND), key=lambda document: document.at, reverse=True)
    return [{**shown(ports, tenant, document), "at": document.at, "by": document.by} for document in found]


def delete(ports: ImagePorts, tenant: str, id_: str) -> str:
    """Delete a picture; messages that were sent with it show none any more.

    Raises:
        NotFound: There is none.
    """
    found = ports.documents.document(tenant, KIND, id_)
    ports.objects.delete(key_of(tenant, str(found.body["file"])))
    ports.documents.delete_document(tenant, KIND, id_, found.rev)
    return id_
