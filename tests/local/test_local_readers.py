from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import httpx
import pytest

from local.testing import LocalCloud, eventually

pytestmark = pytest.mark.cloud
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
HTML = (
    '<p><a href="https://shop.example/sale?utm_source=mail&amp;x=1" ses:tags="place:top;">Sale</a>'
    '<a ses:no-track href="https://shop.example/u/1">Unsubscribe</a></p>'
)


@pytest.fixture(scope="module")
def queue(shared_cloud: LocalCloud) -> str:
    """A queue that gets the opens, clicks and complaints of the configuration set ``tracked``."""
    ses, sns, sqs = (shared_cloud.client(s) for s in ("sesv2", "sns", "sqs"))
    ses.create_email_identity(EmailIdentity="tracked.example")
    for name in ("tracked", "untracked"):
        ses.create_configuration_set(ConfigurationSetName=name)
    topic = sns.create_topic(Name="reader-events")["TopicArn"]
    url: str = sqs.create_queue(QueueName="reader-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="tracked",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["OPEN", "CLICK", "COMPLAINT", "BOUNCE"],
            "SnsDestination": {"TopicArn": topic},
        },
    )
    return url


def send(cloud: LocalCloud, configuration_set: str = "tracked") -> dict[str, Any]:
    content = {
        "Simple": {
            "Subject": {"Data": "Sale"},
            "Body": {"Html": {"Data": HTML}, "Text": {"Data": "https://shop.example/sale"}},
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://shop.example/u/1>"}],
        }
    }
    sent = cloud.client("sesv2").send_email(
        FromEmailAddress="a@tracked.example",
        Destination={"ToAddresses": ["ann@client.example"]},
        ConfigurationSetName=configuration_set,
        EmailTags=[{"Name": "node", "Value": "mail"}],
        Content=content,
    )["MessageId"]
    kept: dict[str, Any] = cloud.get(f"/_stepwell/inbox/{sent}.json")
    return kept


def published(cloud: LocalCloud, url: str) -> dict[str, Any]:
    sqs = cloud.client("sqs")

    def one() -> Any:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])
        return None

    found: dict[str, Any] = eventually(one)
    return found


def browse(cloud: LocalCloud, url: str) -> http.client.HTTPResponse:
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", cloud.settings.port)
    connection.request("GET", parts.path, headers={"User-Agent": BROWSER})
    return connection.getresponse()


def test_clicking_a_rewritten_link_publishes_the_click_and_leads_on(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    [tracked] = re.findall(r'href="(http://localhost:[^"]+)"', mail["html"])
    answer = browse(cloud, tracked)
    assert answer.status == 302
    assert answer.headers["location"] == "https://shop.example/sale?utm_source=mail&x=1"
    event = published(cloud, queue)
    assert event["eventType"] == "Click"
    assert event["mail"]["messageId"] == mail["id"]
    assert event["mail"]["tags"]["node"] == ["mail"]
    assert event["click"] | {"timestamp": ""} == {
        "timestamp": "",
        "ipAddress": "127.0.0.1",
        "userAgent": BROWSER,
        "link": "https://shop.example/sale?utm_source=mail&x=1",
        "linkTags": {"place": ["top"]},
    }


def test_the_unsubscribe_link_and_the_text_stay_untouched(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    assert '<a href="https://shop.example/u/1">Unsubscribe</a>' in mail["html"]
    assert mail["unsubscribe"] == ["https://shop.example/u/1"]
    assert mail["text"].strip() == "https://shop.example/sale"


def test_loading_the_pixel_publishes_the_open(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    [pixel] = re.findall(r'src="(http://localhost:[^"]+)"', mail["html"])
    answer = browse(cloud, pixel)
    assert answer.headers["content-type"] == "image/gif"
    assert answer.read().startswith(b"GIF89a")
    event = published(cloud, queue)
    assert event["eventType"] == "Open"
    assert event["open"]["userAgent"] == BROWSER


def test_programs_act_as_recipients(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    assert cloud.post(f"/_stepwell/inbox/{mail['id']}/open")["published"] is True
    assert published(cloud, queue)["eventType"] == "Open"
    clicked = cloud.post(f"/_stepwell/inbox/{mail['id']}/click", {"user_agent": "curl/8", "ip": "192.0.2.1"})
    assert clicked["link"] == "https://shop.example/sale?utm_source=mail&x=1"
    click = published(cloud, queue)["click"]
    assert (click["userAgent"], click["ipAddress"]) == ("curl/8", "192.0.2.1")
    cloud.post(f"/_stepwell/inbox/{mail['id']}/complain")
    complaint = published(cloud, queue)
    assert complaint["complaint"]["complainedRecipients"] == [{"emailAddress": "ann@client.example"}]
    assert cloud.get(f"/_stepwell/inbox/{mail['id']}.json")["outcome"] == "complained"
    cloud.post(f"/_stepwell/inbox/{mail['id']}/bounce")
    bounce = published(cloud, queue)["bounce"]
    assert bounce["bounceType"] == "Permanent"
    assert bounce["bouncedRecipients"][0]["emailAddress"] == "ann@client.example"
    assert cloud.get(f"/_stepwell/inbox/{mail['id']}.json")["outcome"] == "bounced"


def test_a_link_that_is_not_tracked_cannot_be_clicked(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    for asked in ("https://shop.example/u/1", "https://elsewhere.example", "1", 7):
        with pytest.raises(urllib.error.HTTPError) as refused:
            cloud.post(f"/_stepwell/inbox/{mail['id']}/click", {"link": asked})
        assert refused.value.code == 400


def test_mail_of_a_set_that_asks_for_nothing_is_not_tracked(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud, "untracked")
    assert mail["html"].strip() == HTML
    assert cloud.post(f"/_stepwell/inbox/{mail['id']}/open")["published"] is False


def test_the_page_loads_pictures_only_when_asked(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)

    def page(path: str) -> tuple[str, Any]:
        with urllib.request.urlopen(f"{cloud.endpoint}/_stepwell/inbox/{mail['id']}{path}") as answer:
            return answer.read().decode(), answer.headers

    shown, _ = page("")
    assert "Load images" in shown
    assert 'action="/_stepwell/inbox/' in shown
    assert "img-src data:;" in page("/html")[1]["content-security-policy"]
    assert 'html?images=1"' in page("?images=1")[0]
    assert "img-src * data:;" in page("/html?images=1")[1]["content-security-policy"]


def test_the_form_of_the_page_clicks_and_comes_back(cloud: LocalCloud, queue: str) -> None:
    mail = send(cloud)
    form = urllib.parse.urlencode({"link": "https://shop.example/sale?utm_source=mail&x=1"}).encode()
    request = urllib.request.Request(
        f"{cloud.endpoint}/_stepwell/inbox/{mail['id']}/click", data=form, headers={"Accept": "text/html"}
    )
    with urllib.request.urlopen(request) as answer:
        assert "Done: click" in answer.read().decode()
    assert published(cloud, queue)["eventType"] == "Click"


def test_people_are_told_in_words_when_nothing_came_of_an_act(shared_cloud: LocalCloud, queue: str) -> None:
    mail = send(shared_cloud, "untracked")
    page = f"{shared_cloud.endpoint}/_stepwell/inbox/{mail['id']}"
    for act, told in (("open", "nobody was told"), ("reply", "has no Reply-To")):
        asked = {"text": "Hello"}
        answer = httpx.post(
            f"{page}/{act}", data=asked, headers={"Accept": "text/html"}, follow_redirects=True
        )
        assert answer.status_code == 200
        assert f'<p role="alert">{act}: ' in answer.text
        assert told in answer.text
