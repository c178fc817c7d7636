"""How a workspace has links of its e-mails tracked and tagged, as people choose it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from stepwell.channels.links import ID, KIND, LinkSettings, read_settings
from stepwell.contracts.faults import violations_of
from stepwell.errors import NotFound, ValidationFailed
from stepwell.publishing.pieces import Documents


def read(documents: Documents, tenant: str) -> dict[str, Any]:
    """Return the settings and their revision; 0: the default."""
    try:
        document = documents.document(tenant, KIND, ID)
    except NotFound:
        return {"settings": LinkSettings().model_dump(mode="json"), "rev": 0}
    return {"settings": read_settings(document.body).model_dump(mode="json"), "rev": document.rev}


def save(documents: Documents, tenant: str, told: Mapping[str, Any], rev: int, by: str) -> dict[str, Any]:
    """Save settings over the revision that was read.

    Raises:
        ValidationFailed: They do not fit.
        Conflict: Somebody else changed them first.
    """
    try:
        settings = read_settings(told)
    except ValidationError as error:
        raise ValidationFailed("These settings have mistakes.", violations_of(error)) from error
    saved = documents.save_document(tenant, KIND, ID, rev, settings.model_dump(mode="json"), by)
    return {"settings": dict(saved.body), "rev": saved.rev}
