from __future__ import annotations

import threading
from typing import Any

import pytest

from local.testing import LocalCloud, eventually, make_function

pytestmark = pytest.mark.cloud

SIZES = """
def handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    print(len(bodies))
    failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
"""


def queue(cloud: LocalCloud, name: str, **attributes: str) -> tuple[str, str]:
    sqs = cloud.client("sqs")
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def left(cloud: LocalCloud, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def feed(cloud: LocalCloud, name: str, arn: str, **settings: Any) -> None:
    make_function(cloud, name, SIZES)
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        **settings,
    )


def test_raw_messages_of_a_topic_come_in_full_batches_and_none_is_lost(cloud: LocalCloud):
    url, arn = queue(cloud, "told")
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    feed(cloud, "told", arn, BatchSize=100, MaximumBatchingWindowInSeconds=1)
    cloud.post("/_stepwell/counters")

    def publish(sender: int) -> None:
        client = cloud.client("sns")
        for start in range(0, 100, 10):
            entries = [{"Id": str(n), "Message": f"{sender}-{start + n}"} for n in range(10)]
            client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    senders = [threading.Thread(target=publish, args=(n,)) for n in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    eventually(lambda: left(cloud, url) == 0)
    eventually(lambda: sum(batches(cloud, "told")) == 300)
    # Ten a call would be thirty calls.
    assert max(batches(cloud, "told")) > 10


def test_what_a_topic_puts_there_in_virtual_time_is_read_at_once(cloud: LocalCloud):
    url, arn = queue(cloud, "told-later")
    sns = cloud.client("sns")
    topic = sns.create_topic(Name="told-later")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    cloud.post("/_stepwell/clock", {"mode": "stepped", "auto": False, "advance_s": 86_400})
    sns.publish(TopicArn=topic, Message="hello")
    assert cloud.client("sqs").receive_message(QueueUrl=url)["Messages"]


def batches(cloud: LocalCloud, name: str) -> list[int]:
    logs = cloud.client("logs")
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    return [int(event["message"]) for event in found if event["message"].strip().isdigit()]


def test_a_message_that_fails_is_dead_after_its_receives_and_its_neighbours_are_done(cloud: LocalCloud):
    dead_url, dead_arn = queue(cloud, "told-dead")
    policy = f'{{"deadLetterTargetArn":"{dead_arn}","maxReceiveCount":2}}'
    url, arn = queue(cloud, "told-badly", VisibilityTimeout="1", RedrivePolicy=policy)
    feed(cloud, "told-badly", arn, BatchSize=100, MaximumBatchingWindowInSeconds=1)
    sqs = cloud.client("sqs")
    for body in ("good", "bad", "good"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    eventually(lambda: left(cloud, dead_url) == 1)
    assert left(cloud, url) == 0
    (message,) = sqs.receive_message(QueueUrl=dead_url)["Messages"]
    assert message["Body"] == "bad"
