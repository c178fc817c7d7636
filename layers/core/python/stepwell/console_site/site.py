"""Answers requests for the console's files.

Files below `/assets` carry a hash of their content in their name, so browsers keep them for good; everything else
is asked for anew each time and answered by 304 where it is the same. An address that is no file is a page of the
console and gets `index.html`, whose script reads the address. A missing asset is 404: it belongs to a version that
was replaced, and the page that asks reloads itself.
"""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

INDEX = "index.html"
CONFIG = "/config.json"
#: Made by the build for its own tools; pages need none of it.
INTERNAL = frozenset({"manifest.json"})
#: Best first.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FOR_GOOD = "public, max-age=31536000, immutable"
TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".wasm": "application/wasm",
}


@dataclass(frozen=True)
class Copy:
    """One form of a file.

    Attributes:
        path: Where it is.
        encoding: Its content coding; empty: plain.
    """

    path: Path
    encoding: str


class Site:
    """The built console.

    Args:
        folder: What the build made.
        config: What `/config.json` says.
        connections: Origins besides its own that pages may speak with.
    """

    def __init__(self, folder: Path, config: Mapping[str, Any], connections: Iterable[str]) -> None:
        """Take stock of the files: only what is listed here is ever served."""
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name not in INTERNAL and path.suffix not in {".br", ".gz"}
        }
        self._config = json.dumps(dict(config), separators=(",", ":")).encode()
        self._security = security_headers(connections)
        self._tags: dict[Path, str] = {}

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """Answer a request of the HTTP API (payload version 2).

        Args:
            method: HTTP method.
            path: Path of the address.
            headers: Request headers; names in lower case.
        """
        if method not in ("GET", "HEAD"):
            return self._said(405, b"", {"Allow": "GET, HEAD", "Cache-Control": "no-store"})
        if path == CONFIG:
            return self._said(
                200, self._config, {"Content-Type": "application/json", "Cache-Control": "no-cache"}
            )
        found = self._files.get(path)
        if found is None:
            if path.startswith("/assets/") or f"/{INDEX}" not in self._files:
                return self._said(
                    404, b"Not found", {"Content-Type": "text/plain", "Cache-Control": "no-store"}
                )
            found = self._files[f"/{INDEX}"]
        return self._file(found, method, path, headers)

    def _file(self, found: Path, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        copy = chosen(found, headers.get("accept-encoding", ""))
        tag = self._tag(copy)
        told = {
            "Content-Type": content_type(found),
            "Cache-Control": FOR_GOOD if path.startswith("/assets/") else "no-cache",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            **({"Content-Encoding": copy.encoding} if copy.encoding else {}),
        }
        if tag in [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]:
            told.pop("Content-Encoding", None)
            return self._said(304, b"", told)
        return self._said(200, b"" if method == "HEAD" else copy.path.read_bytes(), told)

    def _tag(self, copy: Copy) -> str:
        if copy.path not in self._tags:
            self._tags[copy.path] = f'"{sha256(copy.path.read_bytes()).hexdigest()[:20]}"'
        return self._tags[copy.path]

    def _said(self, status: int, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        return {
            "statusCode": status,
            "headers": {**self._security, **headers},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }


def chosen(found: Path, accepted: str) -> Copy:
    """Return the best copy of a file that a browser takes (RFC 9110, 12.5.3; a weight of 0 refuses)."""
    takes = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in accepted.split(","))
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    }
    for encoding, suffix in ENCODINGS:
        if encoding in takes:
            copy = found.with_name(found.name + suffix)
            if copy.is_file():
                return Copy(copy, encoding)
    return Copy(found, "")


def content_type(path: Path) -> str:
    """Return the media type of a file; texts are UTF-8."""
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def security_headers(connections: Iterable[str]) -> dict[str, str]:
    """Return what every answer says to browsers.

    Scripts come from files of ours alone, and none is built from text. Styles may be inline (Mantine and the
    message editor write them). Pictures may come from anywhere, for previews show messages as they are.

    Args:
        connections: Origins besides its own that scripts may speak with.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https: http:",
        "font-src": "'self' data: https:",
        "connect-src": " ".join(["'self'", *connections]),
        "worker-src": "'self' blob:",
        "frame-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
