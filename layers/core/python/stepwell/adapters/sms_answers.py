"""What providers of text messages have in common: how their refusals are named, and what a lost connection means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
)

from stepwell.errors import OutcomeUnknown, Unavailable


@contextmanager
def asked(name: str) -> Iterator[None]:
    """Raise what the network says of a call of AWS as ours; what the service answers passes."""
    try:
        yield
    except (
        EndpointConnectionError,
        ConnectTimeoutError,
        NoCredentialsError,
        CredentialRetrievalError,
    ) as error:
        raise Unavailable(f"{name} could not be reached.", code="unreachable") from error
    except (HTTPClientError, BotoConnectionError) as error:
        # The request may have left: a read time-out, a connection closed without an answer.
        raise OutcomeUnknown(f"{name} did not answer.", code="no_answer") from error


def document_of(body: bytes) -> dict[str, Any]:
    """Return the object of an answer; empty when it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
