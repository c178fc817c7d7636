"""JSON bodies in C, for the pass, which reads and writes thousands a second.

Apart from `wire`, for node functions must not load msgspec: their cold start would cost more than it saves. The same
goes for ISA-L, which writes the same deflate as zlib in a third of the time, some 5 % bigger.
"""

from __future__ import annotations

from typing import Any

from isal import isal_zlib
from msgspec.json import Decoder, Encoder

from stepwell.adapters.items import squeezing

_encode = Encoder().encode
_decode = Decoder().decode
_LEVEL = 1


def pack(value: Any) -> bytes:
    """Write a JSON value without any space."""
    return _encode(value)


def unpack(text: str | bytes) -> Any:
    """Read a JSON value."""
    return _decode(text)


def squeeze(text: str | bytes) -> str | bytes:
    """Return a body as it is stored; see `squeezing.squeeze`."""
    return squeezing.squeeze(text, _deflate)


def _deflate(plain: bytes, dictionary: bytes) -> bytes:
    packer = isal_zlib.compressobj(
        _LEVEL,
        isal_zlib.DEFLATED,
        squeezing.WINDOW,
        squeezing.MEMORY,
        isal_zlib.Z_DEFAULT_STRATEGY,
        dictionary,
    )
    return packer.compress(plain) + packer.flush()
