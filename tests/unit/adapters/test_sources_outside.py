"""What sources reach outside: their documents, KMS, Amazon's certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.secret_box import KmsSecretBox
from stepwell.adapters.sns_certificates import SnsCertificates
from stepwell.adapters.source_store import DynamoSources
from stepwell.contracts.clock import ManualClock
from stepwell.errors import Forbidden, OutcomeUnknown, Unavailable
from stepwell.observability import guard
from stepwell.runtime.effects import HttpRequest, HttpResponse
from stepwell.sources.models import SOURCE_KIND, SealedSecret, Source, Webhook
from stepwell.sources.ports import SecretBox

from tests.fakes.cloud_tables import create_table
from tests.fakes.sources import PlainBox
from tests.unit.sources.calls import NOW

REGION = "us-east-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


def kms_box() -> KmsSecretBox:
    client = boto3.client("kms")
    return KmsSecretBox(client, client.create_key()["KeyMetadata"]["Arn"])


@pytest.mark.parametrize("make", [kms_box, PlainBox])
def test_a_secret_opens_for_its_own_source_only(aws: None, make: Any):
    box: SecretBox = make()
    secret = SealedSecret(sealed=box.seal("acme", "code", "the-text-of-it"), at=NOW)
    assert box.open("acme", "code", secret) == "the-text-of-it"
    for tenant, source in (("acme", "other"), ("other", "code")):
        with pytest.raises(Forbidden):
            box.open(tenant, source, secret)


def test_kms_hides_it_from_the_store_and_the_log(aws: None):
    box = kms_box()
    sealed = box.seal("acme", "code", "the-text-of-it")
    assert "the-text" not in sealed
    assert "the-text" not in guard.text("a line with the-text-of-it")
    for broken in ("no base64!", "AAAA"):
        with pytest.raises(Forbidden):
            box.open("acme", "code", SealedSecret(sealed=broken, at=NOW))


def test_sources_are_kept_for_a_minute(aws: None):
    dynamodb = boto3.client("dynamodb")
    create_table(dynamodb, "sources-config")
    store = ConfigStore("sources-config", REGION, ManualClock(NOW))
    seconds = [0.0]
    sources = DynamoSources(DynamoTable(dynamodb, "sources-config"), monotonic=lambda: seconds[0])
    assert sources.find("acme", "code") is None
    webhook = Webhook.model_validate({"verify": {"scheme": "github"}, "mapping": "a"})
    source = Source(id="code", name="Code", webhook=webhook, secrets=(SealedSecret(sealed="x", at=NOW),))
    store.save_document("acme", SOURCE_KIND, "code", 0, source.document())
    assert sources.find("acme", "code") is None
    assert sources.find("acme", "code", fresh=True) == source.model_copy(update={"rev": 1})
    store.delete_document("acme", SOURCE_KIND, "code", 1)
    assert sources.find("acme", "code") is not None
    seconds[0] = 61
    assert sources.find("acme", "code") is None
    assert sources.find("other", "code") is None


class Amazon:
    """Answers as told, in order."""

    def __init__(self, *answers: HttpResponse | Exception) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def call(self, request: HttpRequest) -> HttpResponse:
        self.asked.append(f"{request.method} {request.url}")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_certificates_are_fetched_once():
    amazon = Amazon(OutcomeUnknown("x"), HttpResponse(503, {}, b""), HttpResponse(200, {}, b"pem"))
    certificates = SnsCertificates(amazon)
    for _ in range(2):
        with pytest.raises(Unavailable):
            certificates.certificate("https://sns/x.pem")
    assert [certificates.certificate("https://sns/x.pem") for _ in range(3)] == [b"pem"] * 3
    assert amazon.asked == ["GET https://sns/x.pem"] * 3


def test_a_subscription_is_confirmed_by_a_visit():
    amazon = Amazon(HttpResponse(200, {}, b""), HttpResponse(403, {}, b""))
    certificates = SnsCertificates(amazon)
    certificates.confirm("https://sns/?Action=ConfirmSubscription")
    assert amazon.asked == ["GET https://sns/?Action=ConfirmSubscription"]
    with pytest.raises(Unavailable):
        certificates.confirm("https://sns/?Action=ConfirmSubscription")
