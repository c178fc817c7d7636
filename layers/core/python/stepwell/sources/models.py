"""What a source is, and the settings of each way in which providers prove that a call is theirs."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

SOURCE_KIND = "SRC"
"""Kind of the document in the config store."""
SOURCE_ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")
MAX_SECRETS = 2
_HEADER = r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$"
_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Twilio(BaseModel):
    """`X-Twilio-Signature`; the secret is the account's Auth Token, or a shared key."""

    model_config = _CONFIG
    scheme: Literal["twilio"] = "twilio"


class SendGrid(BaseModel):
    """Signed event webhook; the "secret" is the verification key (public, ECDSA P-256, base64)."""

    model_config = _CONFIG
    scheme: Literal["sendgrid"] = "sendgrid"
    max_age_s: int = Field(
        default=90_000,
        ge=60,
        le=604_800,
        description="Signatures older than this are refused; it retries for a day.",
    )


class Mailgun(BaseModel):
    """Mailgun's webhooks: HMAC-SHA256 of timestamp and token, inside the body; the secret is the signing key."""

    model_config = _CONFIG
    scheme: Literal["mailgun"] = "mailgun"
    max_age_s: int = Field(
        default=32_400,
        ge=60,
        le=604_800,
        description="Signatures older than this are refused; it retries for eight hours.",
    )


class StandardWebhooks(BaseModel):
    """Standard Webhooks, as Bird signs: HMAC-SHA256 over id, time and body; the secret begins with `whsec_`."""

    model_config = _CONFIG
    scheme: Literal["standard"] = "standard"
    max_age_s: int = Field(default=300, ge=30, le=604_800, description="Older calls are refused.")


class HubSpot(BaseModel):
    """`X-HubSpot-Signature-v3`, at most five minutes old; the secret is the app's client secret."""

    model_config = _CONFIG
    scheme: Literal["hubspot"] = "hubspot"


class Meta(BaseModel):
    """`X-Hub-Signature-256`; the secret is the app secret, the verify token a text of your own."""

    model_config = _CONFIG
    scheme: Literal["meta"] = "meta"
    verify_token: str = Field(
        default="", max_length=200, description="What Meta sends to verify the address; kept as a hash only."
    )
    verify_digest: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")

    def told(self, token: str) -> bool:
        """Tell whether a token is the verify token."""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        return bool(self.verify_digest) and hmac.compare_digest(digest, self.verify_digest)


class X(BaseModel):
    """`x-twitter-webhooks-signature` and the CRC challenge; the secret is the app's consumer secret."""

    model_config = _CONFIG
    scheme: Literal["x"] = "x"


class LinkedIn(BaseModel):
    """`X-LI-Signature` and the challenge code; the secret is the app's client secret."""

    model_config = _CONFIG
    scheme: Literal["linkedin"] = "linkedin"


class Sns(BaseModel):
    """Messages of one SNS topic, signed with Amazon's certificate; there is no secret."""

    model_config = _CONFIG
    scheme: Literal["sns"] = "sns"
    topic_arn: str = Field(
        pattern=r"^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]{3,30}:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$",
        description="Anybody can have a topic that signs messages: only this one's are taken.",
    )
    max_age_s: int = Field(default=7_200, ge=60, le=604_800, description="Older messages are refused.")


class GitHub(BaseModel):
    """`X-Hub-Signature-256: sha256=…` over the body."""

    model_config = _CONFIG
    scheme: Literal["github"] = "github"


class Hmac(BaseModel):
    """An HMAC over the body in a header of your choice."""

    model_config = _CONFIG
    scheme: Literal["hmac"] = "hmac"
    header: str = Field(pattern=_HEADER, examples=["X-Hub-Signature-256"])
    prefix: str = Field(
        default="", max_length=40, description="What stands before the signature, e.g. `sha256=`."
    )
    algorithm: Literal["sha256", "sha1", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    content: str = Field(
        default="{body}",
        max_length=100,
        description="What is signed: `{body}`, with `{timestamp}` and `{id}` of their headers: `{timestamp}.{body}`.",
    )
    timestamp_header: str = Field(default="", pattern=rf"{_HEADER}|^$")
    id_header: str = Field(default="", pattern=rf"{_HEADER}|^$")
    max_age_s: int = Field(default=300, ge=30, le=604_800, description="Older timestamps are refused.")

    @model_validator(mode="after")
    def _signed_parts(self) -> Hmac:
        if self.content.count("{body}") != 1:
            raise ValueError("`content` needs `{body}` once")
        for part, header in (("{timestamp}", self.timestamp_header), ("{id}", self.id_header)):
            if (part in self.content) != bool(header):
                raise ValueError(f"`{part}` in `content` and its header belong together")
        return self


class Token(BaseModel):
    """A text that the sender knows, in a header or as the last part of the path: for senders that sign nothing."""

    model_config = _CONFIG
    scheme: Literal["token"] = "token"
    header: str = Field(default="", pattern=rf"{_HEADER}|^$", description="Empty: the last part of the path.")
    prefix: str = Field(default="", max_length=40, description="What stands before it, e.g. `Bearer `.")


Verification = Annotated[
    Twilio
    | SendGrid
    | Mailgun
    | StandardWebhooks
    | HubSpot
    | Meta
    | X
    | LinkedIn
    | Sns
    | GitHub
    | Hmac
    | Token,
    Field(discriminator="scheme"),
]
CALLBACK_SCHEMES = frozenset({"twilio", "sendgrid", "mailgun", "standard", "sns"})
"""Of providers that deliver messages, whose word on deliveries the platform takes."""


class Webhook(BaseModel):
    """How a provider's calls are checked and what they mean.

    Attributes:
        verify: How a call proves whose it is.
        preset: Name of a ready-made mapping (`stepwell.sources.presets`); empty: `plain`.
        mapping: A JSONata mapping, instead of a ready-made one.
        callback: Whether the provider tells of messages that we sent by it: straight to the stream, and it may
            tell `email_*` events.
        enabled: Whether calls are taken.
        url: The address that the provider was given, where it is not the deployment's own (some sign it).
    """

    model_config = _CONFIG

    verify: Verification
    preset: str = Field(default="", max_length=40, pattern=r"^[a-z0-9_]*$")
    mapping: str = Field(default="", max_length=16_384)
    callback: bool = False
    enabled: bool = True
    url: str = Field(default="", max_length=500, pattern=r"^(https://[^\s?#]+)?$")

    @field_validator("callback")
    @classmethod
    def _known_provider(cls, value: bool, info: Any) -> bool:
        verify = info.data.get("verify")
        if value and verify is not None and verify.scheme not in CALLBACK_SCHEMES:
            raise ValueError(
                f"`callback` is for {', '.join(sorted(CALLBACK_SCHEMES))}: they tell of deliveries"
            )
        return value

    @property
    def scheme(self) -> str:
        """How calls are checked."""
        return self.verify.scheme

    @property
    def needs_secret(self) -> bool:
        """Whether the scheme has a secret."""
        return self.scheme != "sns"


class SealedSecret(BaseModel):
    """A secret as it lies in the store.

    Attributes:
        sealed: Encrypted, base64.
        at: When it was set.
        until: When it stops being valid; None: never.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    sealed: str
    at: AwareDatetime
    until: AwareDatetime | None = None

    def valid(self, now: datetime) -> bool:
        """Tell whether it is valid still."""
        return self.until is None or now < self.until


class Source(BaseModel):
    """Where events come from.

    Attributes:
        id: Its id; events and the debugger name it.
        name: Display name.
        description: What it is for.
        webhook: How it calls us; None: it has write keys only.
        secrets: At most two, the newest first.
        rev: Revision of its document; 0: it has none yet.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    name: str = ""
    description: str = ""
    webhook: Webhook | None = None
    secrets: tuple[SealedSecret, ...] = ()
    rev: int = 0

    @classmethod
    def of(cls, id_: str, rev: int, body: Mapping[str, Any]) -> Source:
        """Read a stored document."""
        return cls.model_validate({**body, "id": id_, "rev": rev})

    def document(self) -> dict[str, Any]:
        """Write the document to store."""
        return self.model_dump(mode="json", exclude={"id", "rev"})

    def valid_secrets(self, now: datetime) -> tuple[SealedSecret, ...]:
        """Return the secrets that are valid now, the newest first."""
        return tuple(secret for secret in self.secrets if secret.valid(now))
