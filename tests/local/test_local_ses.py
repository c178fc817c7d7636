from __future__ import annotations

import json
import urllib.request
from email.message import EmailMessage
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.testing import LocalCloud, eventually

pytestmark = pytest.mark.cloud
SENDER = "Shop <hello@shop.example>"


@pytest.fixture(scope="module")
def events_queue(shared_cloud: LocalCloud) -> str:
    """A queue that gets all events of the configuration set ``main``."""
    ses, sns, sqs = (shared_cloud.client(s) for s in ("sesv2", "sns", "sqs"))
    ses.create_email_identity(EmailIdentity="shop.example")
    ses.create_configuration_set(ConfigurationSetName="main")
    topic = sns.create_topic(Name="ses-events")["TopicArn"]
    url: str = sqs.create_queue(QueueName="ses-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="main",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"],
            "SnsDestination": {"TopicArn": topic},
        },
    )
    return url


def simple(to: str, **more: Any) -> dict[str, Any]:
    return {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [to]},
        "ConfigurationSetName": "main",
        "EmailTags": [{"Name": "workflow", "Value": "welcome"}],
        "Content": {
            "Simple": {
                "Subject": {"Data": "Grüße, 世界"},
                "Body": {"Text": {"Data": "plain"}, "Html": {"Data": "<p>rich</p>"}},
                "Headers": [
                    {"Name": "List-Unsubscribe", "Value": "<https://shop.example/u/1>"},
                    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
                ],
            }
        },
    } | more


def events(cloud: LocalCloud, url: str, n: int) -> list[dict[str, Any]]:
    sqs, found = cloud.client("sqs"), []

    def enough() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found) >= n

    eventually(enough)
    return found


def test_simple_message_is_kept_whole(cloud: LocalCloud, events_queue: str) -> None:
    sent = cloud.client("sesv2").send_email(**simple("ann@client.example"))["MessageId"]
    kept = cloud.get(f"/_stepwell/inbox/{sent}.json")
    assert kept["subject"] == "Grüße, 世界"
    assert kept["tags"] == {"workflow": "welcome"}
    assert kept["configuration_set"] == "main"
    assert kept["text"].strip() == "plain"
    assert kept["html"].strip() == "<p>rich</p>"
    assert kept["unsubscribe"] == ["https://shop.example/u/1"]
    assert {"name": "List-Unsubscribe-Post", "value": "List-Unsubscribe=One-Click"} in kept["headers"]
    assert f"Message-ID: <{sent}@email.amazonses.com>" in kept["raw"]
    events(cloud, events_queue, 2)


def test_send_and_delivery_are_published_as_ses_does(cloud: LocalCloud, events_queue: str) -> None:
    sent = cloud.client("sesv2").send_email(**simple("ann@client.example"))["MessageId"]
    send, delivery = events(cloud, events_queue, 2)
    assert (send["eventType"], delivery["eventType"]) == ("Send", "Delivery")
    mail = send["mail"]
    assert mail["messageId"] == sent
    assert mail["source"] == SENDER
    assert mail["destination"] == ["ann@client.example"]
    assert mail["tags"]["workflow"] == ["welcome"]
    assert mail["tags"]["ses:configuration-set"] == ["main"]
    assert mail["commonHeaders"]["subject"] == "Grüße, 世界"
    assert mail["headersTruncated"] is False
    assert delivery["delivery"]["recipients"] == ["ann@client.example"]


@pytest.mark.parametrize(
    ("address", "kind", "sub_type"),
    [
        ("bounce@simulator.amazonses.com", "Permanent", "General"),
        ("suppressionlist@simulator.amazonses.com", "Permanent", "Suppressed"),
        ("x@bounce.test", "Permanent", "General"),
        ("x@softbounce.test", "Transient", "MailboxFull"),
    ],
)
def test_bounces(cloud: LocalCloud, events_queue: str, address: str, kind: str, sub_type: str) -> None:
    cloud.client("sesv2").send_email(**simple(address))
    send, bounce = events(cloud, events_queue, 2)
    assert send["eventType"] == "Send"
    assert bounce["bounce"]["bounceType"] == kind
    assert bounce["bounce"]["bounceSubType"] == sub_type
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == address


@pytest.mark.parametrize("address", ["complaint@simulator.amazonses.com", "x@complaint.test"])
def test_complaints(cloud: LocalCloud, events_queue: str, address: str) -> None:
    cloud.client("sesv2").send_email(**simple(address))
    found = events(cloud, events_queue, 3)
    assert [e["eventType"] for e in found] == ["Send", "Delivery", "Complaint"]
    assert found[2]["complaint"]["complaintFeedbackType"] == "abuse"


def test_raw_message_is_kept_to_the_byte_but_for_what_ses_changes(
    cloud: LocalCloud, events_queue: str
) -> None:
    mime = EmailMessage()
    mime["From"], mime["To"], mime["Bcc"], mime["Subject"] = (
        SENDER,
        "a@client.example",
        "b@client.example",
        "Raw",
    )
    mime["X-SES-MESSAGE-TAGS"], mime["X-SES-CONFIGURATION-SET"] = "workflow=raw, node=n1", "main"
    mime["X-Kept"] = "yes"
    mime.set_content("body")
    content = {"Raw": {"Data": mime.as_bytes()}}
    sent = cloud.client("sesv2").send_email(Content=content)["MessageId"]
    kept = cloud.get(f"/_stepwell/inbox/{sent}.json")
    assert kept["to"] == ["a@client.example", "b@client.example"]
    assert kept["tags"] == {"workflow": "raw", "node": "n1"}
    assert "X-Kept: yes" in kept["raw"]
    assert "Bcc" not in kept["raw"]
    assert "X-SES" not in kept["raw"]
    assert [e["mail"]["tags"]["node"] for e in events(cloud, events_queue, 3)] == [["n1"]] * 3


def test_template_and_bulk(cloud: LocalCloud, events_queue: str) -> None:
    ses = cloud.client("sesv2")
    template = {"Subject": "Hi {{name}}", "Text": "{{name}}", "Html": "<b>{{name}}</b>"}
    ses.create_email_template(TemplateName="hi", TemplateContent=template)
    content = {"Template": {"TemplateName": "hi", "TemplateData": '{"name":"Ann"}'}}
    ses.send_email(FromEmailAddress=SENDER, Destination={"ToAddresses": ["a@c.example"]}, Content=content)
    entries = [
        {
            "Destination": {"ToAddresses": [f"{name}@c.example"]},
            "ReplacementEmailContent": {
                "ReplacementTemplate": {"ReplacementTemplateData": json.dumps({"name": name})}
            },
            "ReplacementTags": [{"Name": "who", "Value": name}],
        }
        for name in ("bob", "cid")
    ]
    results = ses.send_bulk_email(
        FromEmailAddress=SENDER,
        DefaultEmailTags=[{"Name": "workflow", "Value": "bulk"}],
        DefaultContent=content,
        BulkEmailEntries=entries,
    )["BulkEmailEntryResults"]
    assert [r["Status"] for r in results] == ["SUCCESS", "SUCCESS"]
    listed = cloud.get("/_stepwell/inbox.json?tag=workflow:bulk")
    assert {(m["subject"], m["tags"]["who"]) for m in listed["messages"]} == {
        ("Hi bob", "bob"),
        ("Hi cid", "cid"),
    }
    assert cloud.get("/_stepwell/inbox.json?q=a@c.example")["messages"][0]["subject"] == "Hi Ann"


def test_too_fast_is_throttled(cloud: LocalCloud, events_queue: str) -> None:
    cloud.post("/_stepwell/faults", {"ses": {"max_send_rate": 2}})
    ses = cloud.client("sesv2")
    assert ses.get_account()["SendQuota"]["MaxSendRate"] == 2
    with pytest.raises(ClientError) as refused:
        for _ in range(10):
            ses.send_email(**simple("a@client.example", ConfigurationSetName="main"))
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    events(cloud, events_queue, 2 * cloud.get("/_stepwell/inbox.json")["total"])


def test_lost_answer_after_acceptance(cloud: LocalCloud, events_queue: str) -> None:
    cloud.post("/_stepwell/faults", {"ses": {"kill_after_accept": 1}})
    with pytest.raises(ConnectionClosedError):
        cloud.client("sesv2").send_email(**simple("a@client.example"))
    assert cloud.get("/_stepwell/inbox.json")["total"] == 1
    assert len(events(cloud, events_queue, 2)) == 2
    cloud.client("sesv2").send_email(**simple("a@client.example"))
    events(cloud, events_queue, 2)


def test_lost_request_before_acceptance(cloud: LocalCloud, events_queue: str) -> None:
    cloud.post("/_stepwell/faults", {"ses": {"kill_before_accept": 1}})
    with pytest.raises(ConnectionClosedError):
        cloud.client("sesv2").send_email(**simple("a@client.example"))
    assert cloud.get("/_stepwell/inbox.json")["total"] == 0


def test_unverified_sender_and_unknown_configuration_set_are_refused(
    cloud: LocalCloud, events_queue: str
) -> None:
    ses = cloud.client("sesv2")
    with pytest.raises(ClientError, match="not verified"):
        ses.send_email(**simple("a@client.example", FromEmailAddress="x@unknown.example"))
    with pytest.raises(ClientError, match="does not exist"):
        ses.send_email(**simple("a@client.example", ConfigurationSetName="none"))


def test_inbox_pages(cloud: LocalCloud, events_queue: str) -> None:
    body = {"Html": {"Data": "<script>alert(1)</script><p>rich</p>"}}
    content = {"Simple": {"Subject": {"Data": "<b>bold</b>"}, "Body": body}}
    sent = cloud.client("sesv2").send_email(**simple("a@client.example", Content=content))["MessageId"]

    def page(path: str) -> tuple[str, Any]:
        with urllib.request.urlopen(cloud.endpoint + path) as answer:
            return answer.read().decode(), answer.headers

    listing, _ = page("/_stepwell/inbox?tag=workflow:welcome")
    assert "&lt;b&gt;bold&lt;/b&gt;" in listing
    assert "<b>bold</b>" not in listing
    shown, _ = page(f"/_stepwell/inbox/{sent}")
    assert f'src="/_stepwell/inbox/{sent}/html"' in shown
    assert "allow-scripts" not in shown
    _, headers = page(f"/_stepwell/inbox/{sent}/html")
    assert headers["content-security-policy"].startswith("sandbox allow-popups")
    assert "script-src" not in headers["content-security-policy"]
    raw, _ = page(f"/_stepwell/inbox/{sent}/raw")
    assert "Message-ID" in raw
    assert "Overview" in page("/_stepwell/")[0]
    events(cloud, events_queue, 2)


def test_mail_in_bulk_as_the_send_gate_hands_it_over(cloud: LocalCloud, events_queue: str) -> None:
    from stepwell.adapters.ses_mailer import SesMailer
    from stepwell.contracts.messages import Email

    emails = [
        Email(
            to=to,
            sender=SENDER,
            subject=f"Grüße {n} {{{{t}}}}",
            text="plain {{s}}",
            html=f"<p>€ {n} {{{{{{h}}}}}} &amp; so</p>",
            headers={
                "List-Unsubscribe": f"<https://shop.example/u/{n}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
            tags={"workflow": "in_bulk", "visit": f"v{n}"},
            configuration_set="main",
        )
        for n, to in enumerate(["ann@b.test", "bob@bounce.test"])
    ]
    first, second = SesMailer(cloud.client("sesv2")).send_many(emails)
    assert isinstance(first, str)
    assert isinstance(second, str)
    found = cloud.get(f"/_stepwell/inbox/{first}.json")
    assert (found["subject"], found["tags"]["visit"]) == ("Grüße 0 {{t}}", "v0")
    assert found["text"].strip() == "plain {{s}}"
    assert "€ 0 {{{h}}} &amp; so" in found["html"]
    assert found["unsubscribe"] == ["https://shop.example/u/0"]
    signature = next(one["value"] for one in found["headers"] if one["name"] == "DKIM-Signature")
    assert "list-unsubscribe:list-unsubscribe-post" in signature
    assert cloud.get(f"/_stepwell/inbox/{second}.json")["outcome"] == "bounced"


def test_an_invitation_of_cognito_lies_in_the_inbox(shared_cloud: LocalCloud) -> None:
    pools = shared_cloud.client("cognito-idp")
    pool = pools.create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"]
    pools.admin_create_user(
        UserPoolId=pool,
        Username="new@people.example",
        UserAttributes=[{"Name": "email", "Value": "new@people.example"}],
        DesiredDeliveryMediums=["EMAIL"],
    )
    kept = shared_cloud.get("/_stepwell/inbox.json?q=new@people.example")["messages"]
    assert [one["to"] for one in kept] == [["new@people.example"]]
