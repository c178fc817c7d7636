"""Sending identities in SES, against moto's and against answers that moto does not give."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from stepwell.adapters.ses_identities import TENANT_TAG, SesIdentities
from stepwell.errors import Conflict


def test_ses_keeps_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        identities = SesIdentities(boto3.client("sesv2", region_name="us-east-1"))
        assert identities.get("shop.example") is None
        identities.create("shop.example", "acme")
        found = identities.get("shop.example")
        assert found is not None and (found.name, found.is_domain) == ("shop.example", True)
        assert identities.names() == ["shop.example"]
        identities.delete("shop.example")
        assert identities.names() == []


class Answers:
    """Answers as SES gives them (SES v2 API, GetEmailIdentity)."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get_email_identity(self, **_: Any) -> dict[str, Any]:
        return {
            "VerifiedForSendingStatus": True,
            "DkimAttributes": {
                "Status": "SUCCESS",
                "Tokens": ["a", "b", "c"],
                "SigningHostedZone": "dkim.eu-central-1.amazonses.com",
            },
            "MailFromAttributes": {
                "MailFromDomain": "bounce.shop.example",
                "MailFromDomainStatus": "PENDING",
            },
            "Tags": [{"Key": TENANT_TAG, "Value": "acme"}],
        }

    def create_email_identity(self, **given: Any) -> None:
        self.asked.append(given)
        raise ClientError({"Error": {"Code": "AlreadyExistsException"}}, "CreateEmailIdentity")


def test_all_that_ses_says_is_read() -> None:
    found = SesIdentities(Answers()).get("shop.example")
    assert found is not None
    assert (found.tenant, found.verified, found.dkim, found.tokens) == (
        "acme",
        True,
        "success",
        ("a", "b", "c"),
    )
    assert (found.dkim_zone, found.mail_from_state) == ("dkim.eu-central-1.amazonses.com", "pending")


def test_what_is_taken_is_no_fault_of_ours() -> None:
    answers = Answers()
    with pytest.raises(Conflict):
        SesIdentities(answers).create("shop.example", "acme")
    assert answers.asked[0]["Tags"] == [{"Key": TENANT_TAG, "Value": "acme"}]
