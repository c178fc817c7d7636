"""Files of imports and exports in S3: read by ranges, written in pieces, handed to people by signed addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.s3_store import S3Objects
from stepwell.errors import InvalidInput, NotFound, NotReady

_BLOCK = 1024 * 1024
# S3 takes parts of 5 MiB and more, the last one aside, and at most 10,000 of them.
_PART = 16 * 1024 * 1024
_ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Files(S3Objects):
    """See `stepwell.transfers.ports.Files`.

    Args:
        client: An `s3` client that signs by version 4.
        bucket: Bucket name.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        super().__init__(client, bucket)
        self._s3 = client

    def size(self, key: str) -> int:
        """Return a file's bytes.

        Raises:
            NotFound: There is no such file.
        """
        try:
            with translated("S3"):
                return int(self._s3.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except (InvalidInput, NotReady) as error:
            raise self._absent(error) from error

    @staticmethod
    def _absent(error: InvalidInput | NotReady) -> Exception:
        if error.details.get("aws_code") in _ABSENT:
            return NotFound("There is no such file: was it uploaded?", code="no_file")
        return error

    def read(self, key: str, start: int, end: int) -> bytes:
        """Return bytes from ``start`` to before ``end``, fewer where the file ends."""
        if end <= start:
            return b""
        try:
            with translated("S3"):
                answer = self._s3.get_object(Bucket=self.bucket, Key=key, Range=f"bytes={start}-{end - 1}")
                body: bytes = answer["Body"].read()
        except (InvalidInput, NotReady) as error:
            if error.details.get("aws_code") in ("InvalidRange", "416"):
                return b""
            raise self._absent(error) from error
        return body

    def blocks(self, key: str, start: int = 0) -> Iterator[bytes]:
        """Return a file from a byte on, in blocks."""
        size = self.size(key)
        # By ranges, so that a slow reader holds no connection open and a broken one costs one block.
        for at in range(start, size, _BLOCK * 8):
            yield self.read(key, at, min(at + _BLOCK * 8, size))

    def join(
        self, key: str, pieces: Iterable[bytes], *, content_type: str = "application/octet-stream"
    ) -> int:
        """Write a file piece by piece, in little memory; return its bytes."""
        waiting = bytearray()
        upload, size = "", 0
        parts: list[dict[str, Any]] = []
        try:
            for piece in pieces:
                waiting += piece
                size += len(piece)
                while len(waiting) >= _PART:
                    upload = upload or self._begin(key, content_type)
                    parts.append(self._part(key, upload, len(parts) + 1, bytes(waiting[:_PART])))
                    del waiting[:_PART]
            if not upload:
                self.put(key, bytes(waiting), content_type=content_type)
                return size
            if waiting:
                parts.append(self._part(key, upload, len(parts) + 1, bytes(waiting)))
            with translated("S3"):
                self._s3.complete_multipart_upload(
                    Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
                )
        except BaseException:
            if upload:
                with translated("S3"):
                    self._s3.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
            raise
        return size

    def _begin(self, key: str, content_type: str) -> str:
        with translated("S3"):
            answer = self._s3.create_multipart_upload(Bucket=self.bucket, Key=key, ContentType=content_type)
        return str(answer["UploadId"])

    def _part(self, key: str, upload: str, number: int, body: bytes) -> dict[str, Any]:
        with translated("S3"):
            answer = self._s3.upload_part(
                Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=body
            )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def upload_url(self, key: str, size: int, *, expires_s: int) -> str:
        """Return an address that takes exactly so many bytes by PUT: the length is part of what is signed."""
        return str(
            self._s3.generate_presigned_url(
                "put_object",
                Params={"Bucket": self.bucket, "Key": key, "ContentLength": size},
                ExpiresIn=expires_s,
            )
        )

    def download_url(self, key: str, name: str, *, expires_s: int) -> str:
        """Return an address from which a file is saved under a name."""
        plain = "".join(
            letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name
        )
        disposition = f'attachment; filename="{plain}"'
        return str(
            self._s3.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.bucket, "Key": key, "ResponseContentDisposition": disposition},
                ExpiresIn=expires_s,
            )
        )
