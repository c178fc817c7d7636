"""How a document travels inside a CloudFormation template: stacks pack it, the function that registers it unpacks."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from stepwell.errors import InvalidInput


def pack(document: Mapping[str, Any]) -> str:
    """Return a document as text: JSON, gzip without a time, base64; a template of 1 MB holds a hundred graphs."""
    return base64.b64encode(gzip.compress(canonical(document).encode(), mtime=0)).decode()


def unpack(text: str) -> dict[str, Any]:
    """Read what `pack` wrote.

    Raises:
        InvalidInput: It is something else.
    """
    try:
        document = json.loads(gzip.decompress(base64.b64decode(text, validate=True)))
    except (ValueError, OSError, EOFError) as error:
        raise InvalidInput("The document of this resource cannot be read.", code="bad_parcel") from error
    if not isinstance(document, dict):
        raise InvalidInput("The document of this resource is no object.", code="bad_parcel")
    return document


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one JSON text of a document."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(*texts: str) -> str:
    """Return what tells one content from another: 26 hex digits over all texts and their borders."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:26]
