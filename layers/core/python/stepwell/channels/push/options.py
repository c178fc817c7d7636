"""What a workspace says of the ways by which notifications go: its VAPID keys, or its Firebase project."""

from __future__ import annotations

import base64
import binascii
import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

_HOST = re.compile(r"^\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$")
_SUBJECT = re.compile(r"^(mailto:[^@\s]+@[^@\s]+|https://\S+)$")


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class WebPushOptions(_Options):
    """Web push by the browsers' own services.

    Attributes:
        public_key: The VAPID public key (RFC 8292), an uncompressed P-256 point as base64url; browsers subscribe by
            it. Another one ends all subscriptions.
        subject: Whom a push service writes to about us: ``mailto:`` or an https address; some refuse without.
        hosts: Push services besides those of the known browsers; ``.example.com`` stands for all below.
    """

    public_key: str = Field(max_length=100)
    subject: str = Field(max_length=200, pattern=_SUBJECT.pattern)
    hosts: tuple[str, ...] = Field(default=(), max_length=20)

    @field_validator("public_key")
    @classmethod
    def _point(cls, value: str) -> str:
        value = value.rstrip("=")
        try:
            point = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            point = b""
        if len(point) != 65 or point[0] != 4:
            raise ValueError("not an uncompressed P-256 point as base64url")
        return value

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST.match(host):
                raise ValueError(f"`{host}` is no host name")
        return value


class FcmOptions(_Options):
    """Firebase Cloud Messaging by its HTTP v1 API.

    Attributes:
        project_id: The Firebase project.
        address: A stand-in's address, for the local cloud alone.
    """

    project_id: str = Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")
    address: str = Field("", max_length=200)
