"""Secrets of sources, encrypted by the deployment's key; see `stepwell.sources.ports.SecretBox`.

KMS binds a sealed secret to its tenant and source: moved to another document it does not open. No secret a source
in Secrets Manager, which would cost $0.40 a month each and part the secret from the settings it belongs to.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from botocore.exceptions import ClientError

from stepwell.adapters.aws import code_of, translated
from stepwell.errors import Forbidden
from stepwell.observability import guard
from stepwell.sources.models import SealedSecret

_FOREIGN = frozenset({"InvalidCiphertextException", "IncorrectKeyException", "ValidationException"})


class KmsSecretBox:
    """Seals and opens by KMS.

    Args:
        client: A `kms` client.
        key: The key's ARN.
    """

    def __init__(self, client: Any, key: str) -> None:
        self._client = client
        self._key = key

    def seal(self, tenant: str, source: str, text: str) -> str:
        """Encrypt.

        Raises:
            Unavailable: Try again later.
        """
        guard.protect(text)
        with translated("KMS"):
            answer = self._client.encrypt(
                KeyId=self._key, Plaintext=text.encode(), EncryptionContext=_context(tenant, source)
            )
        return base64.b64encode(answer["CiphertextBlob"]).decode()

    def open(self, tenant: str, source: str, secret: SealedSecret) -> str:
        """Decrypt.

        Raises:
            Forbidden: It belongs to another tenant or source.
            Unavailable: Try again later.
        """
        try:
            sealed = base64.b64decode(secret.sealed, validate=True)
        except binascii.Error as error:
            raise _foreign() from error
        with translated("KMS"):
            try:
                answer = self._client.decrypt(
                    KeyId=self._key, CiphertextBlob=sealed, EncryptionContext=_context(tenant, source)
                )
            except ClientError as error:
                if code_of(error) in _FOREIGN:
                    raise _foreign() from error
                raise
        text: str = answer["Plaintext"].decode()
        guard.protect(text)
        return text


def _context(tenant: str, source: str) -> dict[str, str]:
    return {"stepwell:tenant": tenant, "stepwell:source": source, "stepwell:use": "webhook"}


def _foreign() -> Forbidden:
    return Forbidden("The stored secret is not this source's.", code="foreign_secret")
