"""Stand-in of AWS End User Messaging (`pinpoint-sms-voice-v2`, JSON 1.0), which MiniStack does not have.

Requests come by their target header, as to AWS. Delivery events go to the topics of the configuration set, answers
to the topic of the number's two-way channel, both as the service writes them. Numbers, registrations and sets are
kept in a file, so that they survive a restart.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from local.enrichment import Said
from local.providers.eum_account import ARN, MADE_AT, first
from local.providers.phones import Phones, Text
from local.settings import ACCOUNT

TARGET = "PinpointSMSVoiceV2."
_NUMBER = re.compile(r"^\+?[1-9][0-9]{1,18}$")
Publish = Callable[[str, str], None]
_ERRORS: Mapping[str, tuple[int, str, dict[str, Any]]] = {
    "invalid": (
        400,
        "ValidationException",
        {
            "Reason": "FIELD_VALIDATION_FAILED",
            "Fields": [{"Name": "destinationPhoneNumber", "Message": "is not a valid phone number"}],
        },
    ),
    "landline": (400, "ValidationException", {"Reason": "CHANNEL_NOT_ENABLED"}),
    "unroutable": (400, "ConflictException", {"Reason": "NO_ORIGINATION_IDENTITIES_FOUND"}),
    "opted_out": (400, "ConflictException", {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"}),
    "busy": (400, "ThrottlingException", {}),
    "account": (400, "AccessDeniedException", {"Reason": "ACCOUNT_DISABLED"}),
    "broken": (500, "InternalServerException", {"RequestId": "1"}),
}


class EumStandIn:
    """End User Messaging.

    Args:
        phones: Where texts arrive.
        file: Where sets and numbers are kept.
        now: Tells the (virtual) time.
        publish: Publishes a text to a topic, by its ARN.
    """

    def __init__(self, phones: Phones, file: Path, now: Callable[[], float], publish: Publish) -> None:
        self._phones = phones
        self._file = file
        self._now = now
        self._publish = publish
        self._kept: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else first()

    def answer(self, operation: str, body: bytes) -> Said:
        """Answer a request.

        Raises:
            LostAnswerError: See `Phones.take`.
        """
        asked = json.loads(body or b"{}")
        match operation:
            case "SendTextMessage":
                return self._send(asked)
            case "CreateConfigurationSet":
                return self._create_set(asked)
            case "CreateEventDestination":
                return self._create_destination(asked)
            case "DescribePhoneNumbers":
                return Said(200, {"PhoneNumbers": list(self._kept["numbers"].values())})
            case "UpdatePhoneNumber":
                return self._update_number(asked)
            case "DescribeSenderIds":
                return Said(200, {"SenderIds": self._kept["names"]})
            case "DescribePools":
                return Said(200, {"Pools": self._kept["pools"]})
            case "DescribeRegistrations":
                return Said(200, {"Registrations": self._kept["registrations"]})
            case "DescribeConfigurationSets":
                sets = [_shown_set(name, found) for name, found in self._kept["sets"].items()]
                return Said(200, {"ConfigurationSets": sets})
        return _error(400, "ValidationException", {"Reason": "UNKNOWN_OPERATION"})

    def _send(self, asked: Mapping[str, Any]) -> Said:
        to, body = str(asked.get("DestinationPhoneNumber") or ""), str(asked.get("MessageBody") or "")
        if not _NUMBER.match(to):
            return _error(*_ERRORS["invalid"])
        if not body.strip() or len(body) > 1600:
            fields = [{"Name": "messageBody", "Message": "is required"}]
            return _error(400, "ValidationException", {"Reason": "MISSING_PARAMETER", "Fields": fields})
        set_name = str(asked.get("ConfigurationSetName") or "").rpartition("/")[2]
        if set_name and set_name not in self._kept["sets"]:
            detail = {"ResourceType": "configuration-set", "ResourceId": set_name}
            return _error(400, "ResourceNotFoundException", detail)
        if len(asked.get("Context") or {}) > 5:
            return _error(400, "ValidationException", {"Reason": "MAXIMUM_SIZE_EXCEEDED"})
        fate = self._phones.fate(to)
        if fate in _ERRORS:
            return _error(*_ERRORS[fate])
        id_ = str(uuid.uuid4())
        if asked.get("DryRun"):
            return Said(200, {"MessageId": id_})
        context = dict(asked.get("Context") or {})
        text = Text(
            id=id_,
            provider="eum",
            to=to,
            sender=str(asked.get("OriginationIdentity") or ""),
            body=body,
            tags=dict(parse_qsl(str(context.get("stepwell") or ""))) or context,
            request={
                "configuration_set": set_name,
                "context": context,
                "type": str(asked.get("MessageType") or "TRANSACTIONAL"),
            },
        )
        self._phones.take(text, self.tell)
        return Said(200, {"MessageId": id_})

    def tell(self, text: Text, outcome: str) -> None:
        """Publish a delivery event to the topics of the message's configuration set."""
        kind = "TEXT_UNREACHABLE" if outcome == "failed" else "TEXT_DELIVERED"
        words = (
            "Phone is currently unreachable/unavailable"
            if outcome == "failed"
            else "Message has been accepted by phone"
        )
        event = {
            "eventType": kind,
            "eventVersion": "1.0",
            "eventTimestamp": int(self._now() * 1000),
            "isFinal": True,
            "originationPhoneNumber": text.sender or "+12065550100",
            "destinationPhoneNumber": text.to,
            "isoCountryCode": "US",
            "messageId": text.id,
            "messageRequestTimestamp": int(self._now() * 1000),
            "messageEncoding": "GSM",
            "messageType": text.request["type"],
            "messageStatus": kind.removeprefix("TEXT_"),
            "messageStatusDescription": words,
            "context": text.request["context"],
            "totalMessageParts": 1,
            "totalMessagePrice": 0.00883,
            "totalCarrierFee": 0.003,
        }
        found = self._kept["sets"].get(str(text.request["configuration_set"]), {})
        for destination in found.get("destinations", []):
            kinds = destination["MatchingEventTypes"]
            if {"ALL", "TEXT_ALL", kind} & set(kinds):
                self._publish(destination["SnsDestination"]["TopicArn"], json.dumps(event))

    def reply(self, text: Text, body: str) -> None:
        """Publish what the recipient of a text answers to the number's two-way topic.

        Raises:
            ValueError: The number takes no answers.
        """
        ours = text.sender or "+12065550100"
        number = next(
            (
                one
                for one in self._kept["numbers"].values()
                if ours in (one["PhoneNumber"], one["PhoneNumberId"])
            ),
            None,
        )
        topic = str((number or {}).get("TwoWayChannelArn") or "")
        if number is None or not number["TwoWayEnabled"] or not topic:
            raise ValueError("the number takes no answers: enable two-way messages (UpdatePhoneNumber)")
        message = {
            "originationNumber": text.to,
            "destinationNumber": number["PhoneNumber"],
            "messageKeyword": "KEYWORD_" + ACCOUNT,
            "messageBody": body,
            "inboundMessageId": str(uuid.uuid4()),
            "previousPublishedMessageId": text.id,
        }
        self._publish(topic, json.dumps(message))

    def _create_set(self, asked: Mapping[str, Any]) -> Said:
        name = str(asked["ConfigurationSetName"])
        if name in self._kept["sets"]:
            return _error(400, "ConflictException", {"Reason": "RESOURCE_ALREADY_EXISTS"})
        self._kept["sets"][name] = {"destinations": []}
        self._save()
        return Said(200, _shown_set(name, {"destinations": []}))

    def _create_destination(self, asked: Mapping[str, Any]) -> Said:
        name = str(asked["ConfigurationSetName"]).rpartition("/")[2]
        if name not in self._kept["sets"]:
            return _error(
                400, "ResourceNotFoundException", {"ResourceType": "configuration-set", "ResourceId": name}
            )
        made = {
            "EventDestinationName": asked["EventDestinationName"],
            "Enabled": True,
            "MatchingEventTypes": asked["MatchingEventTypes"],
            "SnsDestination": asked.get("SnsDestination") or {},
        }
        self._kept["sets"][name]["destinations"].append(made)
        self._save()
        arn = f"{ARN}:configuration-set/{name}"
        return Said(200, {"ConfigurationSetArn": arn, "ConfigurationSetName": name, "EventDestination": made})

    def _update_number(self, asked: Mapping[str, Any]) -> Said:
        number = self._kept["numbers"].get(str(asked["PhoneNumberId"]))
        if number is None:
            detail = {"ResourceType": "phone-number", "ResourceId": str(asked["PhoneNumberId"])}
            return _error(400, "ResourceNotFoundException", detail)
        for name in ("TwoWayEnabled", "TwoWayChannelArn", "SelfManagedOptOutsEnabled"):
            if name in asked:
                number[name] = asked[name]
        self._save()
        return Said(200, number)

    def _save(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._kept))


def _shown_set(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ConfigurationSetArn": f"{ARN}:configuration-set/{name}",
        "ConfigurationSetName": name,
        "EventDestinations": found["destinations"],
        "CreatedTimestamp": MADE_AT,
    }


def _error(status: int, code: str, detail: Mapping[str, Any]) -> Said:
    return Said(status, {"__type": code, "Message": f"{code}: {detail.get('Reason', '')}", **detail})
