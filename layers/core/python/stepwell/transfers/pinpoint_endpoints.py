"""Endpoints of Amazon Pinpoint as contacts: each endpoint is one address of a user, and users become contacts.

Shapes as the service model of botocore has them (`EndpointResponse`, `EndpointBatchItem`). `OptOut` of `NONE` says
only that nobody opted out: it is no proof of consent and grants nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stepwell.profiles.converting import normal_email, normal_phone
from stepwell.transfers.model import MAX_MAPPED
from stepwell.transfers.reading import MAX_ID, About, Fault, Row, Taken, moment

_CHANNELS = {"EMAIL": "email", "SMS": "sms", "VOICE": "sms"}
_PLACES = {"Country": "country", "City": "city", "Region": "region", "PostalCode": "postal_code"}
_WRAPPERS = ("EndpointsResponse", "EndpointBatchRequest", "EndpointResponse", "Item")


def endpoints(document: Any) -> Iterator[Mapping[str, Any]]:
    """Return the endpoints of a saved answer of GetEndpoint, GetUserEndpoints, or a request that writes some."""
    if isinstance(document, list):
        for one in document:
            yield from endpoints(one)
    elif isinstance(document, Mapping):
        inner = next((document[name] for name in _WRAPPERS if name in document), None)
        if inner is not None:
            yield from endpoints(inner)
        elif "ChannelType" in document or "Address" in document or "User" in document:
            yield document


class EndpointReader:
    """Reads endpoints, one a row.

    Args:
        about: What all rows share.
    """

    def __init__(self, about: About) -> None:
        self._about = about

    def read(self, number: int, row: Row) -> Taken:
        """Return what an endpoint gives."""
        taken = Taken()
        if not isinstance(row, Mapping):
            taken.faults.append(Fault(number, "bad_row", "", "The row is no endpoint in JSON."))
            return taken
        if not row:
            taken.empty = True
            return taken
        channel = str(row.get("ChannelType") or "")
        kind = _CHANNELS.get(channel, "push")
        address = str(row.get("Address") or "")
        live = row.get("EndpointStatus") != "INACTIVE"
        user = str(_map(row, "User").get("UserId") or "")
        who: dict[str, Any] = {"user_id": user} if 0 < len(user) <= MAX_ID else {}
        told = _fields(row)
        if kind == "email":
            email = normal_email(address)
            if not email:
                taken.faults.append(Fault(number, "invalid_email", "Address", "This is no e-mail address."))
            elif live or not who:
                who["email"] = told["email"] = email
        elif kind == "sms":
            if normal_phone(address, None) and (live or not who):
                told["phone"] = address
            elif live:
                taken.faults.append(Fault(number, "invalid_value", "Address", "This is no phone number."))
        elif address:
            taken.faults.append(
                Fault(
                    number,
                    "address_left_out",
                    "Address",
                    f"Addresses of {channel or 'no channel'} are not kept.",
                )
            )
        if not who and row.get("Id") and kind != "email":
            who["anonymous_id"] = f"pinpoint:{row['Id']}"[:MAX_ID]
        if not who:
            taken.faults.append(Fault(number, "no_identity", "User.UserId", "The endpoint names nobody."))
            return taken
        self._tell(number, who, told, taken, kind, denied=row.get("OptOut") == "ALL" or not live, row=row)
        return taken

    def _tell(
        self,
        number: int,
        who: Mapping[str, Any],
        told: dict[str, Any],
        taken: Taken,
        channel: str,
        *,
        denied: bool,
        row: Mapping[str, Any],
    ) -> None:
        about = self._about
        unusable: list[str] = []
        traits = about.attributes.changes(dict(list(told.items())[:MAX_MAPPED]), None, unusable)
        taken.faults += [
            Fault(number, "invalid_value", name, f"This is no value for `{name}`.") for name in unusable
        ]
        more: dict[str, Any] = {}
        at = moment(row.get("EffectiveDate")) if row.get("EffectiveDate") else None
        if at is not None:
            more["occurred_at"] = at
        elif row.get("EffectiveDate"):
            taken.faults.append(
                Fault(number, "invalid_timestamp", "EffectiveDate", "This is no date that can be read.")
            )
        properties = about.marks()
        taken.events.append(
            about.event(number, "", who, "identify", "identify", traits=traits, properties=properties, **more)
        )
        if denied:
            taken.events.append(about.consent(number, "-c0", who, channel, "denied"))
        listed = about.listed(number, who)
        if listed is not None:
            taken.events.append(listed)
        taken.shown = {**{k: v for k, v in who.items() if k != "email"}, **traits}
        if denied:
            taken.shown[f"consent.{channel}"] = "denied"


def _map(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attributes in (_map(row, "Attributes"), _map(_map(row, "User"), "UserAttributes")):
        for name, values in attributes.items():
            # Pinpoint keeps lists only; one value is what everybody else writes as it is.
            given = values if isinstance(values, list) else [values]
            if given:
                found[name] = given[0] if len(given) == 1 else given
    found |= {name: value for name, value in _map(row, "Metrics").items() if isinstance(value, int | float)}
    demographic, location = _map(row, "Demographic"), _map(row, "Location")
    if demographic.get("Timezone"):
        found["time_zone"] = demographic["Timezone"]
    if demographic.get("Locale"):
        found["language"] = demographic["Locale"]
    found |= {field: location[name] for name, field in _PLACES.items() if location.get(name)}
    return found
