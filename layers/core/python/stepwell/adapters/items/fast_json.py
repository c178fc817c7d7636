"""JSON bodies in C, for the pass, which reads and writes thousands a second.

Apart from `wire`, for node functions must not load msgspec: their cold start would cost more than it saves.
"""

from __future__ import annotations

from typing import Any

from msgspec.json import Decoder, Encoder

_encode = Encoder().encode
_decode = Decoder().decode


def pack(value: Any) -> str:
    """Write a JSON value without any space."""
    return _encode(value).decode()


def unpack(text: str | bytes) -> Any:
    """Read a JSON value."""
    return _decode(text)
