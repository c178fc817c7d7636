"""CloudFront before the API in AWS: one address for console, API and events, near to whoever asks."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from stacks.deployment import Deployment


class Front(Construct):
    """Keeps files below ``/assets`` (their names carry a hash) at the edge and hands on everything else as it came.

    The API's own address stays reachable: what protects it are tokens, write keys and signatures, which are the
    same by either way, and its throttle. A secret header between the two would have to be checked in every
    function and rotated, and would protect nothing that these do not.

    Attributes:
        distribution: The distribution.
        url: Address of the console.
    """

    def __init__(self, scope: Construct, id_: str, deployment: Deployment, api: apigw.HttpApi) -> None:
        """Create the distribution."""
        super().__init__(scope, id_)
        origin = origins.HttpOrigin(
            f"{api.api_id}.execute-api.{cdk.Aws.REGION}.{cdk.Aws.URL_SUFFIX}",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        )
        secure = cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=deployment.name("front"),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(365), include_subdomains=False, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                # Pages say more themselves: their content security policy names who may frame them.
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=False
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
                    override=False,
                ),
            ),
        )
        own = (
            acm.Certificate.from_certificate_arn(self, "Certificate", deployment.console_certificate)
            if deployment.console_certificate
            else None
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Stepwell {deployment.prefix}",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origin,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                # With `Authorization`; without `Host`, by which the API would look for a name that it does not have.
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=secure,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            ),
            additional_behaviors={
                path: cloudfront.BehaviorOptions(
                    origin=origin,
                    # Keyed by path and encoding, kept as long as the answer says: for good.
                    cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                    response_headers_policy=secure,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                )
                # The console's files, and pictures of messages.
                for path in ("/assets/*", "/images/*")
            },
            domain_names=[deployment.console_domain] if own else None,
            certificate=own,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
        )
        self.url = deployment.console_url or f"https://{self.distribution.distribution_domain_name}"
