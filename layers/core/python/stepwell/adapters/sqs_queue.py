"""The poison queue on SQS; see `stepwell.triggers.ports.PoisonQueue`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.errors import Unavailable

_BATCH = 10
# Leaves room for the envelope below the quota of 256 KiB a call.
_CALL_BYTES = 250_000


class SqsPoisonQueue:
    """Stream records that could not be processed, kept with their reason.

    Args:
        client: An `sqs` client.
        url: Queue URL.
    """

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Keep documents.

        Raises:
            Unavailable: Not all were taken; nothing may be dropped then.
        """
        batch: list[str] = []
        for text in (json.dumps(document, separators=(",", ":")) for document in documents):
            if batch and (len(batch) == _BATCH or sum(map(len, batch)) + len(text) > _CALL_BYTES):
                self._send(batch)
                batch = []
            batch.append(text)
        if batch:
            self._send(batch)

    def _send(self, texts: Sequence[str]) -> None:
        with translated("SQS"):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[{"Id": str(number), "MessageBody": text} for number, text in enumerate(texts)],
            )
        if answer.get("Failed"):
            raise Unavailable("The poison queue did not take all records.")

    def take(self, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        """Return up to ``limit`` (receipt, document)."""
        taken: list[tuple[str, Mapping[str, Any]]] = []
        while len(taken) < limit:
            with translated("SQS"):
                answer = self._client.receive_message(
                    QueueUrl=self._url, MaxNumberOfMessages=min(_BATCH, limit - len(taken))
                )
            messages = answer.get("Messages", [])
            if not messages:
                break
            taken.extend((message["ReceiptHandle"], json.loads(message["Body"])) for message in messages)
        return taken

    def release(self, receipts: Sequence[str]) -> None:
        """Give back at once what was taken; what is not taken back comes by itself."""
        for start in range(0, len(receipts), _BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for number, receipt in enumerate(receipts[start : start + _BATCH])
            ]
            with translated("SQS"):
                self._client.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def drop(self, receipts: Sequence[str]) -> None:
        """Delete what was taken."""
        for start in range(0, len(receipts), _BATCH):
            entries = [
                {"Id": str(number), "ReceiptHandle": receipt}
                for number, receipt in enumerate(receipts[start : start + _BATCH])
            ]
            with translated("SQS"):
                answer = self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise Unavailable("The poison queue did not delete all records.")
