"""Objects and manifests in S3; keys start with the tenant, as every key does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.errors import InvalidInput, NotFound, NotReady


class S3Objects:
    """Objects of one bucket.

    Args:
        client: An `s3` client.
        bucket: Bucket name.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def put(self, key: str, body: bytes, *, content_type: str = "application/octet-stream") -> None:
        """Put an object, replacing what is there."""
        with translated("S3"):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises:
            NotFound: No such object.
        """
        try:
            with translated("S3"):
                body: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (InvalidInput, NotReady) as error:
            if error.details.get("aws_code") in {"NoSuchKey", "404"}:
                raise NotFound("There is no such object.", details={"key": key}) from error
            raise
        return body

    def delete(self, key: str) -> None:
        """Delete an object; a missing one is no error."""
        with translated("S3"):
            self._client.delete_object(Bucket=self.bucket, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Return all keys that start with ``prefix``, in order."""
        after: dict[str, Any] = {}
        while True:
            with translated("S3"):
                page = self._client.list_objects_v2(Bucket=self.bucket, Prefix=prefix, **after)
            yield from (entry["Key"] for entry in page.get("Contents", []))
            if not page.get("IsTruncated"):
                return
            after = {"ContinuationToken": page["NextContinuationToken"]}

    def put_manifest(self, key: str, rows: Iterable[Any]) -> int:
        """Put one JSON value a line, as a Distributed Map reads it; return how many."""
        lines = [json.dumps(row, separators=(",", ":"), ensure_ascii=False) for row in rows]
        body = "".join(f"{line}\n" for line in lines).encode()
        self.put(key, body, content_type="application/jsonl")
        return len(lines)

    def manifest(self, key: str) -> list[Any]:
        """Read a manifest.

        Raises:
            NotFound: No such object.
        """
        return [json.loads(line) for line in self.get(key).splitlines() if line]
