"""Hands work from the pass to `enrich_profile`, and seals credentials of its providers.

The function is called asynchronously: Lambda keeps the call in a queue of its own, tries again twice, and leaves what
fails among the dead letters. No queue of ours is polled for it, so that nothing is paid while nothing happens.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import chunks
from stepwell.sources.models import SealedSecret
from stepwell.sources.ports import SecretBox

PIECES = 50
"""Pieces of work a call: far below the 256 KB of an asynchronous one, and done within the function's time."""


class LambdaProfilingWork:
    """See `stepwell.contracts.enrichment.ProfilingWork`.

    Args:
        client: A `lambda` client.
        function: ARN of `enrich_profile`.
    """

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        """Hand work over."""
        for piece in chunks(work, PIECES):
            payload = {"v": 1, "tenant": tenant, "work": [dict(one) for one in piece]}
            with translated("Lambda"):
                self._client.invoke(
                    FunctionName=self._function,
                    InvocationType="Event",
                    Payload=json.dumps(payload, separators=(",", ":")).encode(),
                )


class BoxVault:
    """Credentials of providers in the box of sources' secrets; see `stepwell.enrichment.ports.Vault`.

    Args:
        box: The box.
    """

    def __init__(self, box: SecretBox) -> None:
        self._box = box

    def seal(self, tenant: str, provider: str, text: str) -> str:
        """Encrypt."""
        return self._box.seal(tenant, _name(provider), text)

    def open(self, tenant: str, provider: str, sealed: str) -> str:
        """Decrypt."""
        return self._box.open(
            tenant, _name(provider), SealedSecret(sealed=sealed, at=datetime.fromtimestamp(0, UTC))
        )


def _name(provider: str) -> str:
    # No source can have this name: ids of sources have no colon.
    return f"enrichment:{provider}"
