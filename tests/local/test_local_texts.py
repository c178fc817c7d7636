"""Texts on the local cloud: taken over the wire by each stand-in, shown on a page, answered from it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, HTTPClientError

from local.testing import LocalCloud

TO = "+4915112345678"


def shown(cloud: LocalCloud, to: str = TO) -> list[dict[str, Any]]:
    found = cloud.get("/_stepwell/texts.json")["texts"]
    return [one for one in found if one["to"] == to]


def test_end_user_messaging_takes_texts_and_tells_topics(cloud: LocalCloud) -> None:
    texts, sqs, sns = (cloud.client(name) for name in ("pinpoint-sms-voice-v2", "sqs", "sns"))
    topic = sns.create_topic(Name="texts")["TopicArn"]
    queue = sqs.create_queue(QueueName="texts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    texts.create_configuration_set(ConfigurationSetName="told")
    texts.create_event_destination(
        ConfigurationSetName="told",
        EventDestinationName="topic",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": topic},
    )
    texts.update_phone_number(PhoneNumberId="phone-0001", TwoWayEnabled=True, TwoWayChannelArn=topic)
    sent = texts.send_text_message(
        DestinationPhoneNumber=TO,
        OriginationIdentity="+12065550100",
        MessageBody="Grüße",
        ConfigurationSetName="told",
        Context={"stepwell": "tenant=acme&visit=v1"},
    )["MessageId"]
    (one,) = [one for one in shown(cloud) if one["provider"] == "eum"]
    assert (one["id"], one["text"], one["tags"]) == (sent, "Grüße", {"tenant": "acme", "visit": "v1"})
    page = httpx.get(f"{cloud.endpoint}/_stepwell/inbox/{sent}")
    assert page.status_code == 200
    assert f"/_stepwell/texts/{sent}/reply" in page.text
    cloud.post(f"/_stepwell/texts/{sent}/reply", {"text": "STOP"})
    told: list[dict[str, Any]] = []
    while len(told) < 2:
        got = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10).get("Messages")
        assert got
        told += [json.loads(message["Body"]) for message in got]
        for message in got:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert {one.get("eventType") or one["messageBody"] for one in told} == {"TEXT_DELIVERED", "STOP"}


def test_a_lost_answer_was_taken(cloud: LocalCloud) -> None:
    texts = cloud.client("pinpoint-sms-voice-v2")
    with pytest.raises(HTTPClientError):
        texts.send_text_message(DestinationPhoneNumber="+15005550599", MessageBody="Hi")
    assert len(shown(cloud, "+15005550599")) == 1
    with pytest.raises(ClientError):
        texts.send_text_message(DestinationPhoneNumber="+15005550001", MessageBody="Hi")
    assert shown(cloud, "+15005550001") == []


def test_texts_of_sns_arrive(cloud: LocalCloud) -> None:
    sender = {"DataType": "String", "StringValue": "Acme"}
    cloud.client("sns").publish(
        PhoneNumber=TO, Message="By SNS", MessageAttributes={"AWS.SNS.SMS.SenderID": sender}
    )
    (one,) = [one for one in shown(cloud) if one["provider"] == "sns"]
    assert (one["text"], one["from"]) == ("By SNS", "Acme")
    assert (
        httpx.post(f"{cloud.endpoint}/_stepwell/texts/{one['id']}/reply", json={"text": "x"}).status_code
        == 400
    )


def test_bird_refuses_other_keys(cloud: LocalCloud) -> None:
    url = f"{cloud.endpoint}/_stepwell/providers/bird/v1/sms/messages"
    body = {"to": TO, "text": "Hi", "category": "marketing", "from": "Acme"}
    assert httpx.post(url, json=body, headers={"authorization": "Bearer bk_eu1_live"}).status_code == 401
    assert httpx.post(url, json=body, headers={"authorization": "Bearer bk_eu1_test"}).status_code == 202
