"""What the providers of text messages ask a workspace for, besides their secrets."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_CONFIG = ConfigDict(frozen=True, extra="forbid", defer_build=True)
_SOURCE = r"^([a-z0-9][a-z0-9_-]{0,39})?$"
_ADDRESS = Field(default="", max_length=300, description="Of a stand-in; on the local cloud only.")


class EumOptions(BaseModel):
    """AWS End User Messaging of the deployment's own account (`pinpoint-sms-voice-v2`).

    Attributes:
        configuration_set: Where delivery events go; without one there are none.
        ttl_s: How long a message may wait for the phone, seconds.
        protect: Id of a protect configuration, against fraud by costly numbers.
    """

    model_config = _CONFIG

    configuration_set: str = Field(default="", max_length=256, pattern=r"^[A-Za-z0-9_:/-]*$")
    ttl_s: int | None = Field(default=None, ge=5, le=259_200)
    protect: str = Field(default="", max_length=256, pattern=r"^[A-Za-z0-9_:/-]*$")


class SnsOptions(BaseModel):
    """SNS of the deployment's own account. It tells nothing of deliveries but in CloudWatch logs."""

    model_config = _CONFIG


class TwilioOptions(BaseModel):
    """Twilio's Messages API.

    Attributes:
        account: SID of the account.
        messaging_service: SID of a messaging service that chooses senders; else senders are the workspace's.
        source: Webhook source that Twilio reports deliveries to; empty: it is not asked to.
        ttl_s: How long a message may wait, seconds (Twilio's `ValidityPeriod`).
        address: See `stepwell.adapters.provider_http.address_of`.
    """

    model_config = _CONFIG

    account: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    messaging_service: str = Field(default="", pattern=r"^(MG[0-9a-fA-F]{32})?$")
    source: str = Field(default="", pattern=_SOURCE)
    ttl_s: int | None = Field(default=None, ge=1, le=36_000)
    address: str = _ADDRESS


class BirdOptions(BaseModel):
    """Bird (before: MessageBird), `POST /v1/sms/messages` of its platform API.

    Attributes:
        region: Where the workspace at Bird lies, as its keys say (``bk_eu1_…``).
        address: See `stepwell.adapters.provider_http.address_of`.
    """

    model_config = _CONFIG

    region: str = Field(default="eu1", pattern=r"^[a-z]{2}[0-9]{1,2}$")
    address: str = _ADDRESS
