"""Pictures of messages as people manage them: upload, list, delete. What is stored is what mail clients are shown."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.content.images import KIND, PATH, Optimiser, content_type, key_of
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, InvalidInput
from stepwell.publishing.pieces import Documents, every

MAX_NAME = 120


class Objects(Protocol):
    """Files; see `stepwell.adapters.s3_store.S3Objects`."""

    def put(self, key: str, body: bytes, *, content_type: str = ...) -> None:
        """Put one."""
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
