"""Tells a browser which fields a progressive form shows next: `GET /v1/forms/<id>/next`.

The write key is public, so the answer must not be a way to look people up. It holds names of fields, never a value.
What is known of a customer id is looked at only for a browser that this customer was seen with: the anonymous id
is random, known to that browser alone, and must already lead to the same contact. Any other pair is a stranger.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound, StepwellError, Throttled, Unauthenticated
from stepwell.forms.asking import answer, next_fields
from stepwell.forms.model import FORM_KIND, Form, Stages, default_stages
from stepwell.profiles.schema import Attribute, schema_of
from stepwell.triggers import wire
from stepwell.triggers.ports import RulesStore, WriteKey, WriteKeys

_PATH = re.compile(r"^/v1/forms/([A-Za-z0-9][A-Za-z0-9_-]{0,63})/next/?$")
_LONGEST_ID = 200
STAGES_KIND, STAGES_ID = "STAGES", "stages"
_STATUS: tuple[tuple[type[StepwellError], int], ...] = (
    (InvalidInput, 400),
    (Unauthenticated, 401),
    (NotFound, 404),
    (Throttled, 429),
)


class FormDocuments(Protocol):
    """Forms and stages as ingestion reads them; up to a minute old."""

    def read(self, tenant: str, kind: str, id_: str) -> tuple[Mapping[str, Any], int] | None:
        """Return a document and its revision, None: there is none."""
        ...


class Contacts(Protocol):
    """Contacts by identity."""

    def get(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Profile]:
        """Read profiles by the ids asked for; pointers are followed."""
        ...


class Agreements(Protocol):
    """What contacts agreed to."""

    def records(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, MessagingRecord]:
        """Read messaging records."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPorts:
    """What the answer is made from."""

    clock: Clock
    keys: WriteKeys
    documents: FormDocuments
    rules: RulesStore
    contacts: Contacts
    agreements: Agreements


class FormFields:
    """Answers browsers.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: FieldPorts) -> None:
        self._ports = ports

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an HTTP API (payload 2.0) request below `/v1/forms/`."""
        try:
            return _reply(200, self._next(request))
        except StepwellError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 503)
            return _reply(status, {"success": False, "code": error.code, "message": error.message})

    def _next(self, request: Mapping[str, Any]) -> dict[str, Any]:
        matched = _PATH.match(str(request.get("rawPath", "")))
        given = dict(parse_qsl(str(request.get("rawQueryString") or "")))
        key = given.get("writeKey", "")
        owner = self._ports.keys.find(wire.key_digest(key)) if key else None
        if owner is None:
            raise Unauthenticated("This write key is not known.", code="unknown_key")
        if matched is None:
            raise NotFound("There is nothing at this address.", code="no_route")
        found = self._ports.documents.read(owner.tenant, FORM_KIND, matched.group(1))
        form = None if found is None else Form.model_validate({**found[0], "id": matched.group(1)})
        if found is None or form is None or not form.active:
            raise NotFound("There is no such form.", code="no_form")
        profile = self._contact(owner, given.get("anonymousId", ""), given.get("userId", ""))
        schema = schema_of(self._ports.rules.rules(owner.tenant).get("schema"))

        def describe(name: str) -> Attribute:
            return schema.by_name.get(name) or Attribute(name="any")

        shown = next_fields(
            form,
            self._stages(owner.tenant).stages,
            profile.traits if profile else {},
            self._ports.clock.now(),
            stamps=profile.stamps if profile else {},
            describe=describe,
            declined=self._declined(owner.tenant, profile),
        )
        return answer(shown, found[1])

    def _stages(self, tenant: str) -> Stages:
        found = self._ports.documents.read(tenant, STAGES_KIND, STAGES_ID)
        return default_stages() if found is None else Stages.model_validate(dict(found[0]))

    def _contact(self, owner: WriteKey, anonymous: str, user: str) -> Profile | None:
        """Return the contact that this browser may be told of; None: a stranger."""
        if not 8 <= len(anonymous) <= _LONGEST_ID or len(user) > _LONGEST_ID:
            return None
        ids = [profile_id(owner.tenant, "anonymous", anonymous)]
        if user:
            ids.append(profile_id(owner.tenant, "user", user))
        found = self._ports.contacts.get(owner.tenant, ids)
        seen, named = found.get(ids[0]), found.get(ids[-1])
        # A customer id alone is no proof: anybody can guess one.
        known = seen is not None and (named is None or named.id == seen.id)
        return seen if known else None

    def _declined(self, tenant: str, profile: Profile | None) -> set[str]:
        if profile is None:
            return set()
        consent = self._ports.agreements.records(tenant, [profile.id])[profile.id].consent
        return {
            key.removeprefix("field:")
            for key, state in consent.items()
            if key.startswith("field:") and state == "denied"
        }


def _reply(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    headers = {
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "content-type": "application/json",
        "x-content-type-options": "nosniff",
    }
    return {"statusCode": status, "headers": headers, "body": json.dumps(body, separators=(",", ":"))}
