"""Clients with deliberate time-outs and retries, and the one translation of AWS's errors into ours.

Nothing is created at import: a cold start pays only for the clients that its handler touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from stepwell.errors import Forbidden, InvalidInput, NotReady, StepwellError, Throttled, Unavailable

THROTTLES = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# Refusals of the signature, before the request was looked at: a try with fresh credentials passes.
STALE_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestTimeTooSkewed",
    }
)
_REFUSED = frozenset({"AccessDenied", "AccessDeniedException", "UnrecognizedClientException"})
_ABSENT = frozenset({"ResourceNotFoundException", "StateMachineDoesNotExist", "NoSuchBucket"})


# boto3 sessions make one client at a time; the clients themselves may be shared by threads.
_MAKING = Lock()


@cache
def _session() -> boto3.session.Session:
    return boto3.session.Session()


# Signed addresses name the bucket's own region: the global host of S3 redirects, and what is signed does not follow.
SIGNED_S3: Any = {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}


def client(
    service: str,
    *,
    attempts: int = 4,
    connect_s: float = 1.0,
    read_s: float = 5.0,
    signature: str | None = None,
    validated: bool = True,
) -> Any:
    """Create a client.

    Args:
        service: boto3's name of the service.
        attempts: All attempts together; 1 for whatever must not happen twice.
        connect_s: Connect time-out.
        read_s: Read time-out.
        signature: Version of the signature, for addresses that others call (`s3v4`); None: the service's own.
        validated: Whether botocore checks each field of a request before it is sent.
    """
    config = Config(
        signature_version=signature,
        s3=SIGNED_S3 if signature else None,
        connect_timeout=connect_s,
        read_timeout=read_s,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": attempts},
        parameter_validation=validated,
        # S3's defaults of 2025 checksum each body twice; TLS and the service's own check are enough.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    with _MAKING:
        return _session().client(service, config=config)  # type: ignore[call-overload]


class LateClient:
    """A client that is made at its first use, once, whichever thread comes first.

    Args:
        service: boto3's name of the service.
        given: Used instead, e.g. by tests.
        options: See `client`.
    """

    def __init__(self, service: str, given: Any = None, **options: Any) -> None:
        self._service = service
        self._made = given
        self._options = options
        self._lock = Lock()

    def __call__(self) -> Any:
        """Return the client."""
        with self._lock:
            if self._made is None:
                self._made = client(self._service, **self._options)
            return self._made


def code_of(error: ClientError) -> str:
    """Return the error code of an AWS answer."""
    return str(error.response.get("Error", {}).get("Code", ""))


def translate(error: ClientError, what: str) -> StepwellError:
    """Turn an AWS error into one of ours; ``what`` names the dependency."""
    code = code_of(error)
    details = {"dependency": what, "aws_code": code}
    if code in THROTTLES:
        return Throttled(f"{what} asked to slow down.")
    if code in _REFUSED:
        return Forbidden(f"{what} refused access: check the function's role.", details=details)
    if code in _ABSENT:
        return NotReady(f"{what} is not there: is the deployment complete?", details=details)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if status < 500 and code not in STALE_CREDENTIALS:
        return InvalidInput(f"{what} refused the request ({code}).", code="refused", details=details)
    return Unavailable(f"{what} failed ({code or status}).", details=details)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Raise AWS's and the network's errors as ours."""
    try:
        yield
    except ClientError as error:
        raise translate(error, what) from error
    except (BotoConnectionError, HTTPClientError, NoCredentialsError, CredentialRetrievalError) as error:
        raise Unavailable(f"{what} could not be reached.", details={"dependency": what}) from error
