from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stacks.deployment import Deployment
from tests.infrastructure.conftest import Cloud

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/a"
DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def config(cloud: Cloud) -> dict[str, Any]:
    (distribution,) = cloud.resources("AWS::CloudFront::Distribution")
    found: dict[str, Any] = distribution.properties["DistributionConfig"]
    return found


def test_only_files_named_by_their_content_are_kept(aws: Cloud) -> None:
    behaviour = config(aws)["DefaultCacheBehavior"]
    # AWS's managed policies, by their ids (CloudFront guide).
    assert behaviour["CachePolicyId"] == DISABLED
    assert behaviour["OriginRequestPolicyId"] == ALL_BUT_HOST
    assert set(behaviour["AllowedMethods"]) >= {"POST", "PUT", "PATCH", "DELETE"}
    kept = config(aws)["CacheBehaviors"]
    assert {(some["PathPattern"], some["CachePolicyId"]) for some in kept} == {
        ("/assets/*", OPTIMIZED),
        ("/images/*", OPTIMIZED),
    }
    assert all("OriginRequestPolicyId" not in some for some in kept)


def test_nothing_goes_unencrypted(aws: Cloud) -> None:
    said = config(aws)
    assert {b["ViewerProtocolPolicy"] for b in (said["DefaultCacheBehavior"], *said["CacheBehaviors"])} == {
        "redirect-to-https"
    }
    (origin,) = said["Origins"]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    (headers,) = aws.resources("AWS::CloudFront::ResponseHeadersPolicy")
    security = headers.properties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31_536_000
    # What the console's own pages say of framing wins.
    assert security["FrameOptions"]["Override"] is False
    assert "ContentSecurityPolicy" not in security


def test_a_name_of_ones_own_asks_for_tls_1_2(synthesise: Callable[..., Cloud]) -> None:
    named = synthesise(console_domain="marketing.example.com", console_certificate=CERTIFICATE)
    assert config(named)["Aliases"] == ["marketing.example.com"]
    assert config(named)["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    assert named.templates["api"]["Outputs"]["ConsoleUrl"]["Value"] == "https://marketing.example.com"
    (rule,) = next(
        b.properties["CorsConfiguration"]["CorsRules"]
        for b in named.resources("AWS::S3::Bucket")
        if "CorsConfiguration" in b.properties
    )
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://marketing.example.com"], ["PUT"])


@pytest.mark.parametrize("lone", [{"console_domain": "a.example"}, {"console_certificate": CERTIFICATE}])
def test_name_and_certificate_go_together(lone: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="go together"):
        Deployment(**lone)  # type: ignore[arg-type]


def test_the_address_that_is_told_is_one_that_answers(aws: Cloud, local: Cloud) -> None:
    outputs = {cloud: c.templates["api"]["Outputs"] for cloud, c in (("aws", aws), ("local", local))}
    assert "Distribution" in str(outputs["aws"]["ConsoleUrl"]["Value"])
    assert outputs["local"]["ConsoleUrl"]["Value"] == outputs["local"]["ApiUrl"]["Value"]
