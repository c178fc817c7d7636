"""Secrets Manager, cached five minutes: long enough for its price, short enough for a rotation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.errors import NotFound, NotReady
from stepwell.observability import guard

CACHE_S = 300.0


class SecretsManager:
    """See `stepwell.runtime.effects.Secrets`; a tenant's secret is named ``<prefix>/<tenant>/<name>``.

    Args:
        client: A `secretsmanager` client.
        prefix: The deployment's prefix.
        signing: Name of the secret that signs links.
        monotonic: Seconds for the cache.
    """

    def __init__(
        self,
        client: Any,
        *,
        prefix: str,
        signing: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._signing = signing
        self._monotonic = monotonic
        self._cache: dict[str, tuple[float, str]] = {}

    def secret(self, tenant: str, name: str) -> str:
        """Return a secret's text.

        Raises:
            NotFound: No such secret.
        """
        return self._read(f"{self._prefix}/{tenant}/{name}")

    def link_keys(self) -> dict[str, bytes]:
        """Return the keys of signed links by key id: a JSON object, or one plain text with the id ``1``."""
        text = self._read(self._signing)
        try:
            keys = json.loads(text)
        except ValueError:
            keys = None
        if isinstance(keys, dict):
            return {str(key_id): str(key).encode() for key_id, key in keys.items()}
        return {"1": text.encode()}

    def _read(self, name: str) -> str:
        now = self._monotonic()
        if name in self._cache and now - self._cache[name][0] < CACHE_S:
            return self._cache[name][1]
        try:
            with translated("Secrets Manager"):
                text = str(self._client.get_secret_value(SecretId=name)["SecretString"])
        except NotReady as error:
            raise NotFound(f"There is no secret {name.rpartition('/')[2]!r}.") from error
        guard.protect(text)
        self._cache[name] = (now, text)
        return text
