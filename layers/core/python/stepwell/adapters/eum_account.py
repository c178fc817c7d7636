"""What an account of AWS End User Messaging sends from; see `stepwell.publishing.texting.TextAccount`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.publishing.texting import AccountSender, Registration

_NAME = "End User Messaging"
_KINDS: Mapping[str, str] = {
    "SHORT_CODE": "short_code",
    "LONG_CODE": "long_code",
    "TOLL_FREE": "toll_free",
    "TEN_DLC": "ten_dlc",
    "SIMULATOR": "simulator",
}


class EumAccount:
    """The deployment's own account.

    Args:
        client: A `pinpoint-sms-voice-v2` client; default: created at first use.
    """

    def __init__(self, client: Any = None) -> None:
        self._client = LateClient("pinpoint-sms-voice-v2", client)

    def senders(self) -> Sequence[AccountSender]:
        """Return all numbers, names and pools."""
        return [
            *map(_number, self._all("describe_phone_numbers", "PhoneNumbers")),
            *map(_name, self._all("describe_sender_ids", "SenderIds")),
            *map(_pool, self._all("describe_pools", "Pools")),
        ]

    def registrations(self) -> Sequence[Registration]:
        """Return all registrations."""
        return [
            Registration(
                str(one["RegistrationId"]),
                str(one["RegistrationType"]).lower(),
                str(one["RegistrationStatus"]).lower(),
            )
            for one in self._all("describe_registrations", "Registrations")
        ]

    def _all(self, operation: str, part: str) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            with translated(_NAME):
                page = getattr(self._client(), operation)(**more)
            yield from page.get(part) or ()
            if not page.get("NextToken"):
                return
            more = {"NextToken": page["NextToken"]}


def _number(told: Mapping[str, Any]) -> AccountSender:
    return AccountSender(
        id=str(told["PhoneNumberId"]),
        value=str(told["PhoneNumber"]),
        kind=_KINDS.get(str(told["NumberType"]), str(told["NumberType"]).lower()),
        country=str(told.get("IsoCountryCode") or ""),
        state=str(told["Status"]).lower(),
        purposes=(str(told["MessageType"]).lower(),),
        two_way=bool(told.get("TwoWayEnabled")),
        topic=str(told.get("TwoWayChannelArn") or ""),
        self_managed=bool(told.get("SelfManagedOptOutsEnabled")),
        pool=str(told.get("PoolId") or ""),
        registration=str(told.get("RegistrationId") or ""),
    )


def _name(told: Mapping[str, Any]) -> AccountSender:
    return AccountSender(
        id=str(told["SenderIdArn"]),
        value=str(told["SenderId"]),
        kind="name",
        country=str(told.get("IsoCountryCode") or ""),
        state="registered" if told.get("Registered") else "unregistered",
        purposes=tuple(str(one).lower() for one in told.get("MessageTypes") or ()),
        registration=str(told.get("RegistrationId") or ""),
    )


def _pool(told: Mapping[str, Any]) -> AccountSender:
    return AccountSender(
        id=str(told["PoolId"]),
        value=str(told["PoolId"]),
        kind="pool",
        state=str(told["Status"]).lower(),
        purposes=(str(told["MessageType"]).lower(),),
        two_way=bool(told.get("TwoWayEnabled")),
        topic=str(told.get("TwoWayChannelArn") or ""),
        self_managed=bool(told.get("SelfManagedOptOutsEnabled")),
    )
